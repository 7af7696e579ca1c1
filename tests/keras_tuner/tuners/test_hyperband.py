import keras
import numpy as np

import layersmith.keras_tuner as kt

X = np.random.default_rng(0).normal(size=(24, 2)).astype("float32")
Y = X.sum(axis=1)


def test_what_goes_on_keeps_its_weights_and_its_optimizers_state(tmp_path):
    built = {}

    def build(hp):
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        model.compile(keras.optimizers.Adam(hp.Float("rate", 1e-3, 1e-1, sampling="log")), "mse")
        return model

    class Look(kt.Hyperband):
        def on_epoch_begin(self, trial, model, epoch, logs=None):
            if trial.trial_id not in built:
                built[trial.trial_id] = (epoch, model.get_weights(), int(model.optimizer.iterations))

    arguments = {"max_epochs": 4, "factor": 2, "seed": 1, "directory": tmp_path, "project_name": "it"}
    tuner = Look(build, "val_loss", **arguments)
    tuner.search(X[:16], Y[:16], validation_data=(X[16:], Y[16:]), batch_size=8, verbose=0)
    later = [trial for trial in tuner.oracle.trials.values() if "tuner/trial_id" in trial.hyperparameters.values]
    assert later
    for trial in later:
        values, (epoch, weights, iterations) = trial.hyperparameters.values, built[trial.trial_id]
        assert epoch == values["tuner/initial_epoch"]
        assert len(trial.curves[0]["loss"]) == values["tuner/epochs"] - epoch
        assert iterations == 2 * epoch
        first = built[values["tuner/trial_id"]][1]
        assert not np.array_equal(weights[0], first[0])
    best = tuner.oracle.get_best_trials()[0]
    model = tuner.get_best_models()[0]
    np.testing.assert_allclose(model.evaluate(X[16:], Y[16:], verbose=0), best.score, rtol=1e-5)
