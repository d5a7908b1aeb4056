package dev.trine.runner;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The built-in workloads' entry: {@code train} or {@code evaluate}. Exit code 0 is success, 2 a wrong input that another try will
 * not mend, 1 anything else; what was wrong is one sentence on standard error.
 */
public final class Runner {

    private static final int WRONG_INPUT = 2;

    /** Tribuo tells every thousand steps; our own line per epoch says it better. Held, or its level would be forgotten. */
    private static final Logger TRIBUO = Logger.getLogger("org.tribuo");

    private Runner() {}

    public static void main(String[] args) {
        TRIBUO.setLevel(Level.WARNING);
        try {
            run(args);
        } catch (WrongInputException e) {
            System.err.println(e.getMessage());
            System.exit(WRONG_INPUT);
        } catch (IOException e) {
            System.err.println("cannot read or write: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void run(String[] args) throws IOException {
        World world = World.fromEnvironment();
        switch (args.length == 1 ? args[0] : "") {
            case "train" -> new Training(world).run();
            case "evaluate" -> new Evaluation(world).run();
            default -> throw new WrongInputException("the first argument must be train or evaluate");
        }
    }
}
