package dev.trine.shared;

import java.util.List;
import org.apache.catalina.core.StandardHost;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How the HTTP server itself answers. */
@Configuration(proxyBeanMethods = false)
class HttpServerConfiguration {

    /** Its own refusals look like all others of their wire, and a name in a path may have a slash in it, as metrics' have. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> refusalsOfTheServerItself(
            IdSource ids, List<WireErrors> wires) {
        return server -> {
            server.addContextCustomizers(context -> {
                var host = (StandardHost) context.getParent();
                host.setErrorReportValveClass(ProblemValve.class.getName());
                host.getPipeline().addValve(new ProblemValve(ids, wires));
            });
            server.addConnectorCustomizers(
                    connector -> connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue()));
        };
    }
}
