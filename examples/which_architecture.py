"""Which kind of network suits a table, images, a series? Compared over the same folds, cost beside score.

The real data sets come with scikit-learn: measurements of tumours, images of digits, and the same images read line by
line, as a series of eight steps.
"""

import keras
from keras import layers
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.preprocessing import StandardScaler

import layersmith as ls


def network(shape, *hidden, classes):
    """Return a compiled model of some hidden layers."""
    head = layers.Dense(1, activation="sigmoid") if classes == 2 else layers.Dense(classes, activation="softmax")
    model = keras.Sequential([keras.Input(shape), *hidden, head])
    loss = "binary_crossentropy" if classes == 2 else "sparse_categorical_crossentropy"
    model.compile(optimizer=keras.optimizers.Adam(0.003), loss=loss, metrics=["accuracy"])
    return model


def table(**options):
    x, y = load_breast_cancer(return_X_y=True)
    models = {
        "no hidden layer": network((30,), classes=2),
        "one of 32": network((30,), layers.Dense(32, activation="relu"), classes=2),
        "three of 64": network((30,), *(layers.Dense(64, activation="relu") for _ in range(3)), classes=2),
    }
    return ls.compare(models, x, y, preprocessing=StandardScaler(), **options)


def image(**options):
    x, y = load_digits(return_X_y=True)
    pixels = x.reshape(-1, 8, 8, 1) / 16
    convolutional = [layers.Conv2D(16, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten()]
    models = {
        "dense": network((8, 8, 1), layers.Flatten(), layers.Dense(64, activation="relu"), classes=10),
        "convolutional": network((8, 8, 1), *convolutional, classes=10),
    }
    return ls.compare(models, pixels, y, **options)


def series(**options):
    x, y = load_digits(return_X_y=True)
    lines = x.reshape(-1, 8, 8) / 16
    convolutional = [layers.Conv1D(32, 3, activation="relu"), layers.GlobalMaxPooling1D()]
    models = {
        "dense": network((8, 8), layers.Flatten(), layers.Dense(64, activation="relu"), classes=10),
        "convolutional": network((8, 8), *convolutional, classes=10),
        "recurrent": network((8, 8), layers.LSTM(32), classes=10),
    }
    return ls.compare(models, lines, y, **options)


def main(folds=5, repeats=2, epochs=30):
    found = {}
    for problem in (table, image, series):
        found[problem.__name__] = result = problem(folds=folds, repeats=repeats, epochs=epochs)
        print(f"{problem.__name__}\n{result.summary()}\n")
    return found


if __name__ == "__main__":
    main()
