package dev.trine.lib.metrics;

import dev.trine.testkit.Rules;
import org.junit.jupiter.api.Test;

class RulesTest {

    @Test
    void theLibraryIsPure() {
        var library = Rules.classesOf("dev.trine.lib.metrics");
        Rules.LIBRARIES_ARE_PURE.check(library);
        Rules.NAMES_SAY_WHAT_A_THING_IS.check(library);
        Rules.MODULES_ARE_FLAT.check(library);
    }
}
