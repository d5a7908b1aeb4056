package dev.trine.runner;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.util.Pair;
import org.tribuo.classification.sgd.LabelObjective;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.math.la.SGDVector;
import org.tribuo.math.util.VectorNormalizer;

/**
 * Tribuo's multinomial log loss, watched: the trainer asks it once per example and epoch, so counting its questions tells where an
 * epoch ends and what its mean loss was.
 */
final class ObservedObjective implements LabelObjective {

    private final LogMulticlass objective = new LogMulticlass();
    private final int examples;
    private final Listener listener;
    private double lossSum;
    private int seen;
    private int epoch;

    /** Told after every epoch. */
    @FunctionalInterface
    interface Listener {
        /** @param epoch from 0 */
        void epochEnded(int epoch, double meanLoss);
    }

    ObservedObjective(int examples, Listener listener) {
        this.examples = examples;
        this.listener = listener;
    }

    @Override
    public Pair<Double, SGDVector> lossAndGradient(Integer truth, SGDVector prediction) {
        if (seen == examples) {
            endEpoch();
        }
        Pair<Double, SGDVector> answer = objective.lossAndGradient(truth, prediction);
        lossSum += answer.getA();
        seen++;
        return answer;
    }

    /** Closes the running epoch; to be called once more when the trainer is done. */
    void endEpoch() {
        listener.epochEnded(epoch++, -lossSum / seen); // Tribuo gives the log-likelihood, which grows as the fit does
        lossSum = 0;
        seen = 0;
    }

    @Deprecated // the interface still wants it
    @Override
    @SuppressWarnings("InlineMeSuggester")
    public Pair<Double, SGDVector> valueAndGradient(int truth, SGDVector prediction) {
        return lossAndGradient(truth, prediction);
    }

    @Override
    public VectorNormalizer getNormalizer() {
        return objective.getNormalizer();
    }

    @Override
    public boolean isProbabilistic() {
        return objective.isProbabilistic();
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return objective.getProvenance();
    }
}
