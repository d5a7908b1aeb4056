package dev.trine.mlflow;

import dev.trine.experiment.Experiment;
import dev.trine.experiment.ExperimentId;
import dev.trine.experiment.Experiments;
import dev.trine.identity.ProjectId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Which experiment an id on the wire names, and the other way round. */
@Component
class WiredExperiments {

    private final Experiments experiments;

    WiredExperiments(Experiments experiments) {
        this.experiments = experiments;
    }

    /**
     * The experiment, also one that was deleted.
     *
     * @param wireId what clients that name none leave out
     */
    Experiment of(ProjectId project, @Nullable String wireId) {
        long number =
                wireId == null || wireId.isEmpty() ? Experiment.DEFAULT_NUMBER : MlflowWire.experimentNumber(wireId);
        return find(project, number).orElseThrow(() -> none(number));
    }

    /** The same of one that may be none. */
    Optional<Experiment> find(ProjectId project, long number) {
        return number == Experiment.DEFAULT_NUMBER
                ? Optional.of(experiments.usual(project))
                : experiments.numbered(project, number);
    }

    /** Those of some experiments that there are, with their numbers. */
    Map<ExperimentId, Long> numbers(ProjectId project, Collection<String> wireIds) {
        Set<Long> numbers = wireIds.stream().map(MlflowWire::experimentNumber).collect(Collectors.toSet());
        if (numbers.contains(Experiment.DEFAULT_NUMBER)) {
            experiments.usual(project); // which is made when somebody asks for it
        }
        return experiments.numbered(project, numbers).stream()
                .collect(Collectors.toMap(Experiment::id, Experiment::number));
    }

    /** The numbers of some experiments. */
    Map<ExperimentId, Long> numbersOf(ProjectId project, Collection<ExperimentId> ids) {
        return known(project, ids).stream().collect(Collectors.toMap(Experiment::id, Experiment::number));
    }

    /** Those that there are, also if they were deleted. */
    List<Experiment> known(ProjectId project, Collection<ExperimentId> ids) {
        return experiments.known(project, Set.copyOf(ids));
    }

    /** One to which something can be added. */
    Experiment active(ProjectId project, @Nullable String wireId) {
        Experiment found = of(project, wireId);
        if (found.deletedAt() != null) {
            throw MlflowException.invalid("The experiment %d must be in the 'active' state. Current state is deleted."
                    .formatted(found.number()));
        }
        return found;
    }

    long number(ProjectId project, ExperimentId id) {
        return experiments.experiment(project, id).number();
    }

    static MlflowException none(long number) {
        return MlflowException.missing("No Experiment with id=%d exists".formatted(number));
    }
}
