from layersmith.schedulers import NoScheduler, Rung
from layersmith.testing.schedulers import SchedulerContract, made_up_curves, race


class TestContract(SchedulerContract):
    def make(self):
        return NoScheduler()


def test_everyone_trains_all_epochs():
    [bracket] = NoScheduler().plan(12, 6)
    assert bracket == (Rung(epochs=12, size=6),)
    assert race(NoScheduler(), bracket, made_up_curves(6, 12), num_workers=2) == dict.fromkeys(range(6), 12)
