"""The search loop: the only place that knows the whole cycle from data to a proven model.

search     a new run, and going on with one
session    the phases in order: portfolio and strategy, finalists, refit, test
bench      training one candidate
proof      the one look at the holdout
answer     what a finished run says
outcome    a finished run, as its folder holds it
"""
