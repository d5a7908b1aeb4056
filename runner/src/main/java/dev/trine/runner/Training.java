package dev.trine.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tribuo.Feature;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.FeedForwardParameters;
import org.tribuo.math.la.DenseVector;
import org.tribuo.math.la.SGDVector;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** Trains a classifier on a table and exports it to ONNX. */
final class Training {

    private final World world;

    Training(World world) {
        this.world = world;
    }

    void run() throws IOException {
        TrainSpec spec = world.spec(TrainSpec.class);
        Learner learner = Learner.named(spec.algorithm());
        TrainSpec.Params params = spec.complete();
        Table train = Table.read(world.inputs().resolve(spec.trainFile()), spec.labelColumn());
        if (new HashSet<>(train.labels()).size() < 2) {
            throw new WrongInputException(
                    "column '%s' has one value only; a classifier needs two".formatted(spec.labelColumn()));
        }
        Table test = spec.testFile() == null
                ? null
                : Table.read(world.inputs().resolve(spec.testFile()), spec.labelColumn());
        if (test != null && !test.features().equals(train.features())) {
            throw new WrongInputException("the test table has other columns than the training table");
        }
        tell(spec, params, train);
        Scaling scaling = Scaling.of(train.rows());
        MutableDataset<Label> data = dataset(train, scaling);
        var run = new Run(learner, params, data, test, scaling);
        Model<Label> model = run.train();
        List<String> classes = classes(model.getOutputIDInfo());
        ModelExport.write(world.outputs().resolve("model"), model, scaling, train.features(), classes);
        System.out.printf(
                Locale.ROOT,
                "model exported: %d features, %d classes%n",
                train.features().size(),
                classes.size());
    }

    private void tell(TrainSpec spec, TrainSpec.Params params, Table train) throws IOException {
        world.param("algorithm", spec.algorithm());
        world.param("epochs", params.epochs());
        world.param("learning_rate", params.learningRate());
        world.param("seed", params.seed());
        switch (Learner.named(spec.algorithm())) {
            case LOGISTIC_REGRESSION -> world.param("batch_size", params.batchSize());
            case FACTORIZATION_MACHINE -> world.param("factors", params.factors());
        }
        System.out.printf(
                Locale.ROOT,
                "training %s on %d rows with %d features%n",
                spec.algorithm(),
                train.rows().size(),
                train.features().size());
    }

    private static MutableDataset<Label> dataset(Table table, Scaling scaling) {
        var data = new MutableDataset<Label>(
                new SimpleDataSourceProvenance("trine", new LabelFactory()), new LabelFactory());
        for (int row = 0; row < table.rows().size(); row++) {
            data.add(example(table.labels().get(row), scaling.apply(table.rows().get(row))));
        }
        return data;
    }

    private static ArrayExample<Label> example(String label, double[] values) {
        var features = new ArrayList<Feature>(values.length);
        for (int feature = 0; feature < values.length; feature++) {
            features.add(new Feature(name(feature), values[feature]));
        }
        return new ArrayExample<>(new Label(label), features);
    }

    /** Sorts as the columns do, because Tribuo numbers features by name. */
    private static String name(int feature) {
        return String.format(Locale.ROOT, "f%06d", feature);
    }

    private static List<String> classes(ImmutableOutputInfo<Label> info) {
        var classes = new ArrayList<String>();
        for (int id = 0; id < info.size(); id++) {
            classes.add(info.getOutput(id).getLabel());
        }
        return classes;
    }

    /** One training with a line, a loss and an accuracy per epoch. */
    private final class Run implements ObservedObjective.Listener {

        private final Learner learner;
        private final TrainSpec.Params params;
        private final MutableDataset<Label> data;
        private final @Nullable Table test;
        private final List<SGDVector> testRows = new ArrayList<>();
        private final ImmutableOutputInfo<Label> outputs;
        private @Nullable FeedForwardParameters weights;

        Run(
                Learner learner,
                TrainSpec.Params params,
                MutableDataset<Label> data,
                @Nullable Table test,
                Scaling scaling) {
            this.learner = learner;
            this.params = params;
            this.data = data;
            this.test = test;
            this.outputs = data.getOutputIDInfo();
            if (test != null) {
                ImmutableFeatureMap features = data.getFeatureIDMap();
                for (int row = 0; row < test.rows().size(); row++) {
                    var example = example(
                            test.labels().get(row), scaling.apply(test.rows().get(row)));
                    testRows.add(DenseVector.createDenseVector(example, features, learner.bias()));
                }
            }
        }

        Model<Label> train() {
            var objective = new ObservedObjective(data.size(), this);
            Model<Label> model = learner.train(data, params, objective, made -> weights = made);
            objective.endEpoch();
            return model;
        }

        @Override
        public void epochEnded(int epoch, double meanLoss) {
            try {
                if (Double.isFinite(meanLoss)) {
                    world.metric("train_loss", meanLoss, epoch);
                }
                String line = String.format(Locale.ROOT, "epoch %d/%d loss %.4f", epoch + 1, params.epochs(), meanLoss);
                if (test != null) {
                    double accuracy = accuracy(test);
                    world.metric("validation_accuracy", accuracy, epoch);
                    line += String.format(Locale.ROOT, " validation accuracy %.4f", accuracy);
                }
                world.progress(epoch + 1L, params.epochs());
                System.out.println(line);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private double accuracy(Table table) {
            FeedForwardParameters live = Objects.requireNonNull(weights);
            int right = 0;
            for (int row = 0; row < testRows.size(); row++) {
                int best = live.predict(testRows.get(row)).indexOfMax();
                if (outputs.getOutput(best).getLabel().equals(table.labels().get(row))) {
                    right++;
                }
            }
            return (double) right / testRows.size();
        }
    }
}
