package dev.trine.identity;

import dev.trine.identity.Accounts.Session;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/auth")
class AuthController {

    private final Accounts accounts;
    private final UserStore users;
    private final Organizations organizations;

    AuthController(Accounts accounts, UserStore users, Organizations organizations) {
        this.accounts = accounts;
        this.users = users;
        this.organizations = organizations;
    }

    record Registration(String email, String password, String name) {}

    record Credentials(String email, String password) {}

    record RefreshRequest(String refreshToken) {}

    /** The caller, and every organization and project they reach. */
    record Me(User user, List<Membership> memberships) {}

    /** Makes a user with an organization and a project of their own, and logs them in. */
    @PostMapping("/register")
    @ResponseStatus(HttpStatus.CREATED)
    @Public("nobody can have an account before registering")
    Session register(@RequestBody Registration asked) {
        return accounts.register(asked.email(), asked.password(), asked.name());
    }

    /** Logs in with e-mail and password. */
    @PostMapping("/login")
    @Public("this is how one becomes known")
    Session login(@RequestBody Credentials given) {
        return accounts.login(given.email(), given.password());
    }

    /** Exchanges a refresh token, which works once, for new tokens. */
    @PostMapping("/refresh")
    @Public("the refresh token is the proof")
    Session refresh(@RequestBody RefreshRequest given) {
        return accounts.refresh(given.refreshToken());
    }

    /** Revokes a refresh token and all that came of its login. */
    @PostMapping("/logout")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Public("the refresh token is the proof")
    void logout(@RequestBody RefreshRequest given) {
        accounts.logout(given.refreshToken());
    }

    /** Who the caller is, and every organization and project they reach. */
    @GetMapping("/me")
    @Requires(Permission.PROJECTS_READ)
    Me me(Caller caller) {
        return new Me(users.find(caller.userId()).orElseThrow(), organizations.memberships(caller));
    }
}
