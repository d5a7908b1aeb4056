package dev.trine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogsCommandTest {

    @Test
    void anIdSaysOfWhichKindItIs() {
        assertThat(LogsCommand.path("job_1")).isEqualTo("/api/v1/training/jobs/job_1");
        assertThat(LogsCommand.path("evl_1")).isEqualTo("/api/v1/evaluation/jobs/evl_1");
        assertThat(LogsCommand.path("wl_1")).isEqualTo("/api/v1/workloads/wl_1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "digits", "svc_1", "_"})
    void whatHasNoOutputIsRefusedWithWhatHas(String id) {
        assertThatThrownBy(() -> LogsCommand.path(id))
                .isInstanceOfSatisfying(
                        CliException.class,
                        refused -> assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE))
                .hasMessageContaining("evl_");
    }
}
