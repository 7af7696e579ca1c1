"""Search by a Gaussian process over discrete, conditional spaces.

strategy        design first, then the process
history         the ledger as arrays
targets         ranks as normal quantiles
distances       how far apart, in each dimension; inactive entries too
kernel          distances to correlation
fit             weights of the dimensions and noise: maximum a posteriori
surrogate       fitted now and then, conditioned at once
posterior       beliefs, and the expected improvement
work            what candidates take
pool            where the improvement is looked for
"""

from layersmith.strategies.gp.strategy import GPStrategy

__all__ = ["GPStrategy"]
