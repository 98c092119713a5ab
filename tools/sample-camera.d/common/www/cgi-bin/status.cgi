#!/bin/sh
# What the camera says about itself.
. /etc/os-release
printf 'Content-Type: text/plain\r\n\r\n'
printf 'model     Argentum Cam 1\n'
printf 'firmware  %s\n' "$VERSION_ID"
printf 'up since  %s\n' "$(uptime)"
