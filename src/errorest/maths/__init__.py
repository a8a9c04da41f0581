"""The formulas: small pure functions on arrays of any array-API library."""

from errorest.maths.activations import *
from errorest.maths.initializers import *
from errorest.maths.label_smoothing import *
from errorest.maths.losses import *
from errorest.maths.optimizers import *
from errorest.maths.probability import *
from errorest.maths.random_bits import *
from errorest.maths.schedules import *
