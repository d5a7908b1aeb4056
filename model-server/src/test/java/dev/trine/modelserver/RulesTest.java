package dev.trine.modelserver;

import dev.trine.testkit.Rules;
import org.junit.jupiter.api.Test;

class RulesTest {

    @Test
    void theModelServerKeepsTheRulesOfTheHouse() {
        var server = Rules.classesOf("dev.trine.modelserver");
        Rules.NAMES_SAY_WHAT_A_THING_IS.check(server);
        Rules.MODULES_ARE_FLAT.check(server);
        Rules.TIME_AND_RANDOMNESS_ARE_GIVEN.check(server);
    }
}
