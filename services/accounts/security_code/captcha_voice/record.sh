#!/bin/sh
# Speaks everything that the audio of a security code is made of. Needs espeak-ng and sox; see README.md.
# One folder for each voice, which has spelling words of its own.
set -eu
cd "$(dirname "$0")"

say() { # file, text: with $voice, $speed and $folder
    espeak-ng -v "$voice" -s "$speed" -g 3 -w "$spoken" "$2"
    # telephone quality: 8 kHz, 8 bits; silence cut at both ends, one loudness for all
    sox -R "$spoken" -r 8000 -c 1 -b 8 "$folder/$1.wav" \
        highpass 120 silence 1 0.01 0.6% reverse silence 1 0.01 0.6% reverse norm -1
}

speak() { # folder, voice, speed, then pairs of a file and its words
    folder=$1 voice=$2 speed=$3
    shift 3
    rm -rf "$folder"
    mkdir "$folder"
    for pair in "$@"; do
        say "${pair%%:*}" "${pair#*:}"
    done
}

spoken=$(mktemp --suffix=.wav)
trap 'rm -f "$spoken"' EXIT

speak paul fr-fr 140 \
    "2:deux, chiffre deux" "3:trois, chiffre trois" "4:quatre, chiffre quatre" "5:cinq, chiffre cinq" \
    "6:six, chiffre six" "7:sept, chiffre sept" "9:neuf, chiffre neuf" \
    "F:F, comme François" "H:H, comme Henri" "J:J, comme Joseph" "K:K, comme Kléber" "L:L, comme Louis" \
    "M:M, comme Marcel" "R:R, comme Raoul" "U:U, comme Ursule" "X:X, comme Xavier" \
    "filler-1:écoutez bien" "filler-2:ensuite" "filler-3:puis" "filler-4:voici la suite"
speak anne fr-fr+f2 138 \
    "2:le chiffre deux, deux" "3:le chiffre trois, trois" "4:le chiffre quatre, quatre" "5:le chiffre cinq, cinq" \
    "6:le chiffre six, six" "7:le chiffre sept, sept" "9:le chiffre neuf, neuf" \
    "F:F, comme Fernand" "H:H, comme Hector" "J:J, comme Julie" "K:K, comme kilo" "L:L, comme Lucie" \
    "M:M, comme Marie" "R:R, comme Robert" "U:U, comme usine" "X:X, comme xylophone" \
    "filler-1:attention" "filler-2:et après" "filler-3:maintenant" "filler-4:caractère suivant"
speak marc fr-be+m3 142 \
    "2:deux, le deux" "3:trois, le trois" "4:quatre, le quatre" "5:cinq, le cinq" \
    "6:six, le six" "7:sept, le sept" "9:neuf, le neuf" \
    "F:F, comme Florence" "H:H, comme Hélène" "J:J, comme Jacques" "K:K, comme Karine" "L:L, comme Laurent" \
    "M:M, comme Michel" "R:R, comme Renée" "U:U, comme Ulysse" "X:X, comme Xavière" \
    "filler-1:on continue" "filler-2:puis voici" "filler-3:après cela" "filler-4:la suite"
speak lise fr-ch+f4 140 \
    "2:chiffre deux, oui, deux" "3:chiffre trois, oui, trois" "4:chiffre quatre, oui, quatre" \
    "5:chiffre cinq, oui, cinq" "6:chiffre six, oui, six" "7:chiffre sept, oui, sept" "9:chiffre neuf, oui, neuf" \
    "F:F, comme fenêtre" "H:H, comme horloge" "J:J, comme jardin" "K:K, comme karaté" "L:L, comme lune" \
    "M:M, comme maison" "R:R, comme rivière" "U:U, comme uniforme" "X:X, comme xénon" \
    "filler-1:prenez note" "filler-2:et ensuite" "filler-3:le suivant" "filler-4:à présent"
