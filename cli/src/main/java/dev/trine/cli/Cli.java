package dev.trine.cli;

import java.io.UncheckedIOException;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The client's command tree. */
@Command(
        name = "trine",
        mixinStandardHelpOptions = true,
        version = "trine 0.1.0",
        description = "From data to production on one platform.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            LoginCommand.class,
            StatusCommand.class,
            ProjectsCommand.class,
            DatasetCommand.class,
            TrainCommand.class,
            LogsCommand.class,
            ModelsCommand.class,
            DeployCommand.class,
            PredictCommand.class,
            GenerateCompletion.class
        })
public final class Cli {

    private Cli() {}

    /** The commands, with errors told in one line and mapped to documented exit codes. */
    public static CommandLine commandLine() {
        var commands = new CommandLine(new Cli());
        commands.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof CliException told) {
                command.getErr().println("trine: " + told.getMessage());
                return told.exitCode();
            }
            if (failure instanceof UncheckedIOException local) {
                command.getErr().println("trine: " + local.getMessage() + ": " + local.getCause());
                return ExitCode.FAILED;
            }
            throw failure;
        });
        return commands;
    }
}
