#!/bin/sh
# Debian asks this before a package starts a service; 101 means no. In place only while packages are installed.
exit 101
