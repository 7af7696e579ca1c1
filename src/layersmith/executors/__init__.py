"""Where training runs: on this machine's cores.

local    one task a core, in threads
lineup   tasks in the order in which they were asked for
"""

from layersmith.executors.lineup import AHEAD, Lineup
from layersmith.executors.local import LocalExecutor, count_cores

__all__ = ["AHEAD", "Lineup", "LocalExecutor", "count_cores"]
