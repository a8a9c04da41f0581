"""The formulas: small pure functions on arrays of any array-API library.

Some come ready-made, named in small letters: ``sigmoid`` is ``Sigmoid()``, and
``binary_cross_entropy`` is ``BinaryCrossEntropy()``. ``ACTIVATIONS`` has activations by name.
"""

from errorest.maths.activations import *
from errorest.maths.initializers import *
from errorest.maths.label_smoothing import *
from errorest.maths.losses import *
from errorest.maths.optimizers import *
from errorest.maths.probability import *
from errorest.maths.random_bits import *
from errorest.maths.schedules import *
