#!/bin/sh
# Speaks each character of the security code again. Needs espeak-ng and sox; see README.md.
set -eu
cd "$(dirname "$0")"

say() { # character, text
    espeak-ng -v fr-fr -s 135 -g 4 -w /tmp/"$1".wav "$2"
    # 8 kHz mono, silence cut at both ends, one loudness for all
    sox -D /tmp/"$1".wav -r 8000 -c 1 -b 16 "$1".wav silence 1 0.01 0.5% reverse silence 1 0.01 0.5% reverse norm -3
    rm /tmp/"$1".wav
}

say 2 "deux"
say 3 "trois"
say 4 "quatre"
say 5 "cinq"
say 6 "six"
say 7 "sept"
say 9 "neuf"
say A "A, comme Anatole"
say F "F, comme François"
say H "H, comme Henri"
say J "J, comme Joseph"
say K "K, comme Kléber"
say L "L, comme Louis"
say M "M, comme Marcel"
say R "R, comme Raoul"
say U "U, comme Ursule"
say X "X, comme Xavier"
say Y "I grec, comme Yvonne"
