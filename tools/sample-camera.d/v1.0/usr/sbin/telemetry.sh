#!/bin/sh
# Tells the maker once an hour that this camera is alive.
while :; do
	mosquitto_pub -h mqtt.example.com -p 1883 -u cam1 -P cam1-2026 \
	    -t "cam1/$(cat /sys/class/net/eth0/address)/up" -m "$(uptime)"
	sleep 3600
done
