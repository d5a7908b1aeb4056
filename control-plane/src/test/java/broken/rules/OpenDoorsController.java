package broken.rules;

import dev.trine.identity.Permission;
import dev.trine.identity.Public;
import dev.trine.identity.Requires;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
public final class OpenDoorsController {

    private final JdbcClient jdbc;

    public OpenDoorsController(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @GetMapping("/undeclared")
    public String undeclared() {
        return jdbc.toString();
    }

    @Public("why not")
    @Requires(Permission.DATASETS_READ)
    @GetMapping("/both")
    public String both() {
        return "";
    }

    @Requires(Permission.DATASETS_READ)
    @GetMapping("/declared")
    public String declared() {
        return "";
    }
}
