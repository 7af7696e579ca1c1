"""One call of `ls.fit`: what it is given, how rows are visited, who watches, and the loop over epochs.

    arguments  those of `model.fit`
    arrays     what counts as an array: NumPy, pandas, and the tensors of JAX, TensorFlow and PyTorch
    data       inputs, targets and weights as arrays in the order of the model's inputs and outputs
    sets       which rows are trained on and which held out
    visits     the rows of each epoch, batch by batch
    watchers   Keras' callbacks, and how much of the model each of them sees
    state      a program's state and the Keras model it belongs to
    epochs     what of an epoch runs on the device
    run        the loop
    process    settings of the whole process that leave training to Keras

`layersmith.engine.fit` decides between this and `model.fit` itself.
"""
