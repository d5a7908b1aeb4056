package dev.trine.launcher;

import dev.trine.executor.local.LocalExecutor;
import dev.trine.executor.local.LocalSettings;
import dev.trine.executor.local.Sandbox;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.springframework.beans.BeansException;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "control-plane",
        mixinStandardHelpOptions = true,
        description = "Runs a control plane alone in the foreground; it also runs workloads, on this machine.",
        footer = {
            "",
            "The environment says where PostgreSQL, Redis and the object store are: TRINE_DATABASE_URL,",
            "TRINE_DATABASE_USER, TRINE_DATABASE_PASSWORD, TRINE_REDIS_URL, TRINE_STORAGE_KIND, TRINE_S3_…;",
            "TRINE_INTERNAL_TOKEN is what gateways prove themselves with. See docs/guides/deploy.md."
        })
final class ControlPlaneCommand implements Callable<Integer> {

    /** Properties of the control plane by the environment variable that sets them; the others it reads by itself. */
    private static final Map<String, String> PROPERTIES = Map.of(
            "TRINE_DATABASE_USER", "spring.datasource.username",
            "TRINE_DATABASE_PASSWORD", "spring.datasource.password",
            "TRINE_INTERNAL_TOKEN", "trine.identity.internal-token",
            "TRINE_ADMIN_PASSWORD", "trine.identity.admin-password",
            "TRINE_PUBLIC_URL", "trine.training.public-url");

    private static final List<String> NEEDED = List.of("TRINE_DATABASE_URL", "TRINE_INTERNAL_TOKEN");

    @Option(
            names = "--allow-unsandboxed",
            description = "run people's own programs also where no sandbox keeps them apart from the platform")
    private boolean allowUnsandboxed;

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> environment = System.getenv();
        for (String needed : NEEDED) {
            if (environment.getOrDefault(needed, "").isBlank()) {
                System.err.println("trine control-plane: the environment variable " + needed + " is needed");
                return 2;
            }
        }
        Path work = Path.of(environment.getOrDefault("TRINE_WORK_DIR", "attempts"))
                .toAbsolutePath()
                .normalize();
        Path objects = Path.of(environment.getOrDefault("TRINE_STORAGE_ROOT", "objects"));
        try {
            URI platform = URI.create(environment.getOrDefault("TRINE_PUBLIC_URL", "http://127.0.0.1:8080"));
            var executor = new LocalExecutor(new LocalSettings(
                            work,
                            Sandbox.strongest(),
                            WorkloadFiles.ofThisMachine().without(work, objects),
                            new JvmPrograms())
                    .at(environment.getOrDefault("TRINE_NODE_ADDRESS", "127.0.0.1"))
                    .reaching(platform, platform)
                    .keepingFrom(PrivateNetworks.of(environment))
                    .unsandboxed(allowUnsandboxed));
            ConfigurableApplicationContext context = start(environment, executor);
            var stopped = new CountDownLatch(1);
            // workloads go on, and the next start finds them again
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                context.close();
                executor.close();
                stopped.countDown();
            }));
            stopped.await();
            return 0;
        } catch (IOException | BeansException e) {
            System.err.println("trine control-plane: " + reason(e));
            return 1;
        }
    }

    /** What a bean said, without the way to it. */
    private static String reason(Throwable e) {
        Throwable reason = e;
        for (Throwable cause = e; cause != null && reason instanceof BeansException; cause = cause.getCause()) {
            reason = cause;
        }
        return String.valueOf(reason.getMessage());
    }

    private static ConfigurableApplicationContext start(Map<String, String> environment, LocalExecutor executor) {
        var settings = new HashMap<String, String>();
        PROPERTIES.forEach((variable, property) -> {
            String value = environment.getOrDefault(variable, "");
            if (!value.isBlank()) {
                settings.put(property, value);
            }
        });
        try {
            return Platform.runControlPlane(settings, executor);
        } catch (RuntimeException e) {
            executor.close();
            throw e;
        }
    }
}
