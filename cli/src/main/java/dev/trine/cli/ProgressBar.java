package dev.trine.cli;

import java.util.Locale;

/** A bar that fills on the terminal's standard error; silent where nobody watches. */
final class ProgressBar {

    private static final int WIDTH = 30;

    private final String label;
    private final boolean visible;
    private boolean drawn;

    private ProgressBar(String label, boolean visible) {
        this.label = label;
        this.visible = visible;
    }

    /** Visible if a person reads the output on a terminal. */
    static ProgressBar of(String label, Output output) {
        return new ProgressBar(label, output.forPeople() && LoginCommand.terminal() != null);
    }

    boolean visible() {
        return visible;
    }

    void show(long done, long all) {
        if (visible && all > 0) {
            int filled = (int) (done * WIDTH / all);
            System.err.printf(
                    Locale.ROOT,
                    "\r%s [%s%s] %3d %%",
                    label,
                    "#".repeat(filled),
                    " ".repeat(WIDTH - filled),
                    done * 100 / all);
            drawn = true;
        }
    }

    /** Makes room for a line of text; the bar comes back with the next {@link #show}. */
    void clear() {
        if (drawn) {
            System.err.print("\r" + " ".repeat(label.length() + WIDTH + 10) + "\r");
            drawn = false;
        }
    }

    /** Leaves the bar as it is and goes to the next line. */
    void end() {
        if (drawn) {
            System.err.println();
            drawn = false;
        }
    }
}
