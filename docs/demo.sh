#!/usr/bin/env bash
# A table, a trained network, its figures on rows it has not seen, and predictions for new rows.
set -euo pipefail
mkdir -p demo
cd demo

show() {
    printf '\n$ %s\n' "$*"
    "$@"
}

cat >new_penguins.csv <<'CSV'
island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year
Biscoe,46.5,14.4,217,5000,female,2009
Dream,51.3,19.9,198,3700,male,2009
Torgersen,38.6,17.0,,,,2009
CSV

show errorest data penguins --output penguins.csv --force
show errorest train penguins.csv --target species --output penguins.skops --force
show errorest predict penguins.skops new_penguins.csv --output predictions.csv --force
cat predictions.csv

cat <<'TEXT'

What happened: `data` wrote a table of 344 penguins, some cells of which are missing. `train`
recognised its columns, kept a fifth of the rows apart as test rows, tried logistic regression and
networks on the others, saved the one that it chose, and measured it on the test rows beside simpler
models. `predict` named the species of three new penguins, the last of which lacks three measurements.
Everything is in demo/.
Next: .venv/bin/errorest explain demo/penguins.skops demo/new_penguins.csv --row 1
TEXT
