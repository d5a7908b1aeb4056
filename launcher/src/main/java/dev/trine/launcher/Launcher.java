package dev.trine.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.trine.cli.Cli;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** The program behind {@code bin/trine}: the client's commands, and those that run a platform here. */
public final class Launcher {

    private Launcher() {}

    public static void main(String[] args) {
        // until the control plane sets up logging, only warnings are worth a line
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        CommandLine commands = Cli.commandLine();
        commands.addSubcommand(new UpCommand());
        commands.addSubcommand(new DownCommand());
        commands.addSubcommand(new ControlPlaneCommand());
        commands.addSubcommand(new DemoCommand());
        System.exit(commands.execute(args));
    }
}
