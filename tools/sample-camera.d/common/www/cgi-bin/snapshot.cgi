#!/bin/sh
# One picture. The sensor hands out a JPEG for each read.
printf 'Content-Type: image/jpeg\r\nCache-Control: no-store\r\n\r\n'
exec dd if=/dev/video0 bs=512k count=1 2>/dev/null
