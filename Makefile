# SPDX-License-Identifier: ISC
# The front door. Meson does the building, the scripts under tools/ the rest.
#
#   make            builds build/hallmark
#   make deps       installs what that needs (Debian, as root; only what is missing)
#   make demo       assesses two sample images of a camera
#   make check      all tests, in five to six minutes, building included
#   make check-all  also a second compiler, sanitisers, fuzzing, analysers
#   make bench      speed and memory against the budgets
#   make accuracy   what is found in the images of the corpus, against what is there
#   make clean      removes what was built; downloaded packages stay
#
# "demo", "check" and "check-all" install what they need themselves.

.POSIX:
.SUFFIXES:
.PHONY: all deps deps-test deps-all demo check check-all bench accuracy clean

all:
	@tools/build build

deps:
	@tools/packages build

deps-test:
	@tools/packages test

deps-all:
	@tools/packages all

demo:
	@tools/demo

check:
	@tools/check-run

check-all:
	@tools/check-all-run

bench: all
	@bench/run

accuracy: all
	@test/accuracy/run

clean:
	@tools/build clean
