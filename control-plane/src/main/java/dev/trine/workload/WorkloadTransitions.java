package dev.trine.workload;

import java.util.Optional;

/** The one transition table of workloads; pure. */
final class WorkloadTransitions {

    private WorkloadTransitions() {}

    /** What can happen to a workload. */
    enum Trigger {
        PLACED,
        PROGRAM_RUNS,
        ENDED_WELL,
        ENDED_BADLY,
        TO_RETRY,
        CANCEL_ASKED,
        REJECTED
    }

    /** The next state; empty when the trigger means nothing in this state (and never so that an ended one changes). */
    static Optional<WorkloadState> next(WorkloadState now, Trigger trigger) {
        return Optional.ofNullable(
                switch (now) {
                    case QUEUED ->
                        switch (trigger) {
                            case PLACED -> WorkloadState.STARTING;
                            case CANCEL_ASKED -> WorkloadState.CANCELLED;
                            case REJECTED -> WorkloadState.FAILED;
                            case PROGRAM_RUNS, ENDED_WELL, ENDED_BADLY, TO_RETRY -> null;
                        };
                    case STARTING ->
                        switch (trigger) {
                            case PROGRAM_RUNS -> WorkloadState.RUNNING;
                            case ENDED_WELL -> WorkloadState.SUCCEEDED;
                            case ENDED_BADLY, REJECTED -> WorkloadState.FAILED;
                            case TO_RETRY -> WorkloadState.QUEUED;
                            case CANCEL_ASKED -> WorkloadState.CANCELLING;
                            case PLACED -> null;
                        };
                    case RUNNING ->
                        switch (trigger) {
                            case ENDED_WELL -> WorkloadState.SUCCEEDED;
                            case ENDED_BADLY -> WorkloadState.FAILED;
                            case TO_RETRY -> WorkloadState.QUEUED;
                            case CANCEL_ASKED -> WorkloadState.CANCELLING;
                            case PLACED, PROGRAM_RUNS, REJECTED -> null;
                        };
                    case CANCELLING ->
                        switch (trigger) {
                            case ENDED_WELL, ENDED_BADLY, TO_RETRY, REJECTED -> WorkloadState.CANCELLED;
                            case PLACED, PROGRAM_RUNS, CANCEL_ASKED -> null;
                        };
                    case SUCCEEDED, FAILED, CANCELLED -> null;
                });
    }
}
