#!/bin/sh
# Makes the small fonts of fonts/: the letters of Mexican languages that Source Sans 3 and Source Serif 4 lack, from
# Noto Sans and Noto Serif (SIL Open Font Licence 1.1, fonts/OFL.txt; neither reserves its name). Run it only to
# change which letters they hold; the files are committed.
set -eu
cd "$(dirname "$0")"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/python"
"$work/python/bin/pip" -q install -r requirements.txt
# Plain letters are there because a letter and the marks under and over it have to come from one font.
letters="U+0041-005A,U+0061-007A,U+00C1,U+00C9,U+00CD,U+00D1,U+00D3,U+00DA,U+00E1,U+00E9,U+00ED,U+00F1,U+00F3,U+00FA"
marks="U+0300-0304,U+0308,U+030C,U+0323,U+0327,U+0328,U+0331,U+0332"
others="U+0197,U+0268,U+0244,U+0289,U+01EA-01EB,U+0246-0247,U+02BC,U+207F,U+1E8C-1E8D,U+1EBC-1EBD,U+1E34-1E35,U+A78B-A78E"
for family in sans serif; do
    name="Noto$(echo "$family" | cut -c1 | tr a-z A-Z)$(echo "$family" | cut -c2-)"
    file="$(find "$work/python" -name "$name\[wdth,wght\].ttf")"
    "$work/python/bin/fonttools" varLib.instancer "$file" wdth=100 wght=400:700 -o "$work/$family.ttf" --quiet
    "$work/python/bin/pyftsubset" "$work/$family.ttf" --unicodes="$letters,$marks,$others" \
        --layout-features=ccmp,locl,mark,mkmk,kern --no-hinting --flavor=woff2 --output-file="noto-$family-mexico.woff2"
done
