#!/bin/sh
# Fetches the newest firmware and writes it to the flash.
set -e
server=http://update.example.com/argentum/cam1
cd /tmp
wget -q -O latest.txt "$server/latest.txt"
wget -q -O firmware.img "$server/$(cat latest.txt)"
flashcp /tmp/firmware.img /dev/mtd1
reboot
