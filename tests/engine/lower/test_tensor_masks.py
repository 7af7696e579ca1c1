import jax.numpy as jnp

from layersmith.engine.lower.tensor_masks import TensorMasks


def test_a_mask_belongs_to_one_value():
    masks, value, mask = TensorMasks(), jnp.ones(2), jnp.array([True, False])
    masks.put(value, mask)
    assert masks.of(value) is mask
    assert masks.of(jnp.ones(2)) is None


def test_none_takes_the_mask_off():
    masks, value = TensorMasks(), jnp.ones(2)
    masks.put(value, jnp.ones(2, bool))
    masks.put(value, None)
    masks.put(jnp.ones(3), None)
    assert masks.of(value) is None


def test_values_that_are_forgotten_lend_their_mask_to_no_other():
    masks = TensorMasks()
    for _ in range(100):
        masks.put(jnp.ones(2), jnp.ones(2, bool))
    assert all(masks.of(jnp.ones(2)) is None for _ in range(100))
