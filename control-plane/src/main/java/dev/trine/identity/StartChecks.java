package dev.trine.identity;

import dev.trine.identity.StartCheck.Start;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Ends the start before the first admin is made and the first request comes in, when a {@link StartCheck} says so. */
@Component
class StartChecks {

    StartChecks(IdentityProperties properties, UserStore users, Environment environment) {
        StartCheck.require(new Start(properties, environment.getProperty("server.address"), users.any()));
    }
}
