package dev.trine.lib.addresses;

import dev.trine.testkit.Rules;
import org.junit.jupiter.api.Test;

/** It asks the system for its networks and its resolver, so it is no pure library. */
class RulesTest {

    @Test
    void namesSayWhatAThingIs() {
        var library = Rules.classesOf("dev.trine.lib.addresses");
        Rules.NAMES_SAY_WHAT_A_THING_IS.check(library);
        Rules.MODULES_ARE_FLAT.check(library);
        Rules.TIME_AND_RANDOMNESS_ARE_GIVEN.check(library);
    }
}
