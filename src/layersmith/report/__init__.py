"""What people see of a finished run.

words        the answer in plain sentences
leaderboard  trials and failures as tables
console      the summary on a terminal
page         one self-contained HTML file
result       the object `layersmith.search` returns

Everything reads an `Outcome` and computes nothing that was not measured.
"""
