package dev.trine.runner;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.tribuo.Dataset;
import org.tribuo.Model;
import org.tribuo.ONNXExportable;
import org.tribuo.classification.Label;
import org.tribuo.classification.sgd.LabelObjective;
import org.tribuo.classification.sgd.fm.FMClassificationTrainer;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.common.sgd.FMParameters;
import org.tribuo.math.FeedForwardParameters;
import org.tribuo.math.LinearParameters;
import org.tribuo.math.optimisers.AdaGrad;

/** The algorithms on offer: Tribuo's stochastic gradient trainers, which hand out the weights they are working on. */
enum Learner {
    LOGISTIC_REGRESSION("logistic-regression", true) {
        @Override
        Model<Label> train(
                Dataset<Label> data,
                TrainSpec.Params params,
                LabelObjective objective,
                Consumer<FeedForwardParameters> weights) {
            return new LinearSGDTrainer(
                    objective, optimiser(params), params.epochs(), data.size(), params.batchSize(), params.seed()) {
                @Override
                protected LinearParameters createParameters(int features, int outputs, SplittableRandom random) {
                    LinearParameters made = super.createParameters(features, outputs, random);
                    weights.accept(made);
                    return made;
                }
            }.train(data);
        }
    },

    FACTORIZATION_MACHINE("factorization-machine", false) {
        @Override
        Model<Label> train(
                Dataset<Label> data,
                TrainSpec.Params params,
                LabelObjective objective,
                Consumer<FeedForwardParameters> weights) {
            return new FMClassificationTrainer(
                    objective,
                    optimiser(params),
                    params.epochs(),
                    data.size(),
                    1, // Tribuo 4.3 cannot add up the gradients of several dense rows here
                    params.seed(),
                    params.factors(),
                    FACTOR_DEVIATION) {
                @Override
                protected FMParameters createParameters(int features, int outputs, SplittableRandom random) {
                    FMParameters made = super.createParameters(features, outputs, random);
                    weights.accept(made);
                    return made;
                }
            }.train(data);
        }
    };

    private static final double EPSILON = 0.1;
    private static final double FACTOR_DEVIATION = 0.1;

    private final String wireName;
    private final boolean bias;

    Learner(String wireName, boolean bias) {
        this.wireName = wireName;
        this.bias = bias;
    }

    static Learner named(String name) {
        for (Learner learner : values()) {
            if (learner.wireName.equals(name)) {
                return learner;
            }
        }
        throw new WrongInputException("there is no algorithm '%s'".formatted(name));
    }

    /** Whether its weights expect a one after the features. */
    boolean bias() {
        return bias;
    }

    /**
     * Trains; the model can be exported, see {@link ONNXExportable}.
     *
     * @param weights is given the weights before the first step; they are live
     */
    abstract Model<Label> train(
            Dataset<Label> data,
            TrainSpec.Params params,
            LabelObjective objective,
            Consumer<FeedForwardParameters> weights);

    private static AdaGrad optimiser(TrainSpec.Params params) {
        return new AdaGrad(params.learningRate(), EPSILON);
    }
}
