"""What people call things: which names of arguments and functions stand for which role.

Names are compared without case and underscores. A role is what an argument is given, or what a function is tried as.
"""

from __future__ import annotations

import re

from symcheck.subjects.scratch import languages

#: Arguments of what makes a network, by role. ``rest`` is the widths after the inputs.
MAKING = {
    "sizes": "sizes size layersizes layersize layers layerdims layersdims dims dimensions architecture topology structure "
    "networkstructure nnarchitecture networkarchitecture layerssizes arch shape shapes nodes units widths layernodes nodesperlayer layout netsize layerconfig",
    "n_in": "ninputs ninput numinputs inputs input inputsize inputdim inputdims infeatures nin nx nfeatures numfeatures inputnodes "
    "inputneurons inputunits numinput sizein ni din d indim insize inputlayersize inputlayer nodesin dimin n0 numinputnodes",
    "n_hidden": "nhidden nhiddens numhidden hidden hiddensize hiddendim hiddendims nh hiddennodes hiddenneurons hiddenunits "
    "hiddenlayersize hiddenlayer nhiddenunits numhiddenunits sizehidden h nhid hid hiddenfeatures nneurons numneurons neurons nodeshidden n1 hidden1 "
    "nnhdim hdim numhid hiddenlayernodes hidden2 h1 h2 nh1 nh2 hiddensize1 hiddensize2 hidden1size hidden2size numhiddennodes",
    "hidden": "hiddensizes hiddenlayers hiddenlayersizes hiddenwidths hiddenlayerdims hiddenlayernodes",
    "rest": "nouts layernouts",
    "n_out": "noutputs noutput numoutputs outputs output outputsize outputdim outputdims outfeatures nout ny nclasses numclasses "
    "outputnodes outputneurons outputunits numoutput sizeout no dout outdim outsize outputlayersize outputlayer classes "
    "nodesout dimout c k numoutputnodes numlabels nlabels labels",
    "rng": "rng generator randomgenerator",
    "seed": "seed randomseed randomstate",
    "scale": "scale std stddev sigma weightscale initscale weightinitscale weightinitstd paramscale",
    "inputs": "x xtrain trainx xvalid xval xtest",
    "targets": "y ytrain trainy yvalid yval ytest",
    "rate": "learningrate lr eta alpha lrate rate stepsize learnrate",
}

#: Arguments of a forward, a backward, an update or a training step, by role.
CALLING = {
    "inputs": "x xs xi inputs input inputdata inputslist inputlist inputvector inputarray features data a a0 row sample "
    "xvalues inputvalues image images xtrain trainx traininginputs trainingsetinputs inp xbatch batchx observation datapoint inputvals "
    "inputvalues example xrow trainingexample xvalid xval",
    "targets": "y ys yi t target targets targetslist targetlist targetvector label labels expected desired ytrain trainy "
    "tvalues targetvalues ytrue trueoutput trainingoutputs trainingsetoutputs desiredoutput onehot onehoty yonehot yenc expectedoutput truth "
    "ybatch batchy targetvals targetvalues expectedoutputs desiredoutputs groundtruth targetarray yvalid yval",
    "params": "parameters params weights theta network net nn model paramsvalues learnedparameters paramvalues layers "
    "parameter wandb",
    "gradients": "grads gradients grad gradsvalues dparams gradient derivatives gradvalues dout dvalues doutput outputgradient "
    "outputgrad gradoutput gradout outgrad upstream outputerror lossgrad lossgradient dloss",
    "rate": "learningrate lr eta alpha lrate rate stepsize learnrate",
    "cache": "cache caches memory forwardcache intermediate intermediates cached forwardresults state",
    "outputs": "al yhat ypred ypredicted output outputs o out pred preds predictions probs prediction scores yp",
    "once": "epochs epoch nepochs numepochs iterations iteration numiterations niter niterations numiters maxiter "
    "maxiterations iternum epochnum maxepochs maxiters nits steps nsteps numsteps numberoftrainingiterations trainingiterations nepoch iters niters",
    "count": "m batchsize minibatchsize nsamples numsamples samples",
    "none": "reg lambd lmbda lambda l2 weightdecay l2reg regularization regstrength reglambda l1 dropout dropoutrate dropoutprob pdropout pdrop dropprob droprate",
    "whole": "keepprob keepprobability keeprate pkeep",
    "momentum": "momentum mu momentumrate momentumfactor momentumcoefficient mom beta",
    "quiet": "verbose printcost printloss plot display showcost log",
    "pairs": "minibatch trainingdata batch dataset traindata trainset trainingset examples patterns pattern",
    "n_out": "noutputs nout",
}

#: What begins the name of something of the shape of a parameter that is none: gradients, moments, memories.
_AUXILIARY = re.compile(
    r"(^|\.)_*(d(?=[WwBb_A-Z]|weight|bias|theta)|grad|nabla|delta|del_|v(?=[_WwBbd]+\d*$|_)|m(?=[_WwBbd]+\d*$|_)|velocit|moment|cache"
    r"|prev|last|acc|sum|mean|rms|best|old|init(?=ial))|\.grads?($|\[)|grads?\[|(_|\[')(grads?|gradients?|momentums?|moments?|"
    r"velocity|velocities|cache|delta|prev)\b"
)
_WEIGHT = re.compile(
    rf"(^|[._'\[])(self\.)?(w|weights?|theta|syn|synaps\w*|wih|who|kernel|matrix|coef\w*|{languages.WEIGHT})\d*",
    re.IGNORECASE,
)
_BIAS = re.compile(
    rf"(^|[._'\[])(b|bias(es)?|intercepts?_?|threshold|{languages.BIAS})\w{{0,3}}\d*(['\]\[\d.]|$)", re.IGNORECASE
)

#: Names of functions by what they are tried as, the likeliest first, and words that others hold.
FUNCTIONS: dict[str, tuple[str, str]] = {
    "forward": (
        "forward feedforward forwardpropagation forwardprop forwardpass forwardpropagate lmodelforward modelforward "
        "fullforwardpropagation feedforwardpass fprop propagate predictproba predictprobs query think activate run compute "
        "logits scores predictraw computeoutputs computeoutput calculateoutputs calculateoutput getoutputs getoutput call output net network mlp nn model predict loss",
        r"forward|feed_?forw|predict|propagat|(^|_)apply$|^apply_(net|mlp|model)",
    ),
    "gradients": (
        "gradients gradient computegradients computegradient calculategradients getgradients lossandgrad lossandgrads "
        "lossandgradients backward backprop backpropagation backwardpropagation backwardprop backwardpass backpropagate "
        "costfunctionprime costprime lossprime lmodelbackward modelbackward fullbackwardpropagation bprop grad grads costderivatives backwardpropagateerror loss",
        r"back|grad",
    ),
    "train_step": (
        "trainstep trainingstep step trainonbatch trainbatch updateminibatch updatebatch train fit learn trainnetwork "
        "gradientdescentstep gradientdescent sgd sgdstep optimize backward backprop backpropagation backpropagate partialfit "
        "trainone trainsample backwardpropagation",
        r"train|fit|learn|back|step",
    ),
    "update": (
        "update updateparameters updateparams updateweights updateparam applygradients gradientstep descend applyupdate "
        "updateweightsandbiases optimizerstep step updateparametersgd updateparameterswithgd sgd sgdstep sgdupdate gradientdescentstep",
        r"update|apply|step",
    ),
    "initialize": (
        "initialize initializeparameters initializeparametersdeep initializeparametershe initparams initparameters "
        "initializeweights initweights initializenetwork initnetwork initlayers initializeparams init createnetwork makenetwork "
        "buildnetwork randominitialization initialise createweights makeparams makeparameters newnetwork setup build create start starting",
        r"init|create|make|build|random",
    ),
}
#: Words of functions that are never tried, because they do more than they are asked for.
_NEVER = re.compile(
    r"plot|show|load|save|draw|read|write|download|test|check|accura|score_|evaluat|main|print|numeric|zeros?$|zero_?grad|visual|deriv|prime",
    re.IGNORECASE,
)


def bare(name: str) -> str:
    """A name without case and underscores."""
    return name.replace("_", "").lower()


def _sets(table: dict[str, str]) -> dict[str, str]:
    return {name: role for role, names in table.items() for name in names.split()}


_MAKING, _CALLING = _sets(MAKING), _sets(languages.CALLING) | _sets(CALLING)
_ORDER = {role: {n: i for i, n in enumerate(names.split())} for role, (names, _) in FUNCTIONS.items()}


def making_role(name: str) -> str:
    """The role of an argument of what makes a network; "" where its name tells none."""
    return _MAKING.get(bare(name), "")


def calling_role(name: str) -> str:
    """The role of an argument of what is called with a network; "" where its name tells none."""
    if name == "M":
        # A momentum, where m is the number of samples.
        return ""
    return _CALLING.get(bare(name), "")


def rank(name: str, role: str) -> float | None:
    """The place of a function among those that are tried in a role; None where its name does not speak of it."""
    order = _ORDER[role].get(bare(name))
    if order is not None:
        return float(order)
    words = f"{FUNCTIONS[role][1]}|{languages.FUNCTIONS[role]}"
    if _NEVER.search(name) or not re.search(words, name, re.IGNORECASE):
        return None
    return 1000.0 + len(name)


def is_auxiliary(name: str) -> bool:
    """Whether a name speaks of a gradient or of an optimizer's memory, which have the shapes of parameters."""
    return bool(_AUXILIARY.search(name))


def is_bias(name: str) -> bool:
    """Whether a name speaks of a bias."""
    return bool(_BIAS.search(name))


def is_weight(name: str) -> bool:
    """Whether a name speaks of weights."""
    return bool(_WEIGHT.search(name))
