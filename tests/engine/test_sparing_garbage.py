import gc

from layersmith.engine.collector import sparing_garbage


class Ring:
    def __init__(self):
        self.me = self


def rings():
    return sum(isinstance(one, Ring) for one in gc.get_objects())


def test_only_new_garbage_is_collected_inside():
    gc.collect()
    Ring()
    with sparing_garbage():
        Ring()
        gc.collect()
        assert rings() == 0  # the first is left out, so it is not even listed
        frozen = gc.get_freeze_count()
    assert frozen > 0
    assert gc.get_freeze_count() == 0
    assert rings() == 1
    gc.collect()
    assert rings() == 0
