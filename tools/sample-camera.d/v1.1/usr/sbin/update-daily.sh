#!/bin/sh
# Looks for an update once a day.
while sleep 86400; do
	/usr/sbin/update.sh
done
