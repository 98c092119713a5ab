#!/bin/sh
# Green light: starting.
echo 1 >/sys/class/leds/argentum:green/brightness
