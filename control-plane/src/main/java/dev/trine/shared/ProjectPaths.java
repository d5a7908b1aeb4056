package dev.trine.shared;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * {@code /p/<project>/<path>} is {@code <path>} with the header {@code X-Trine-Project: <project>}: for clients that can be given an
 * address and no header, as MLflow's. What they are led to by {@code Location} is below the same prefix.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 2)
public class ProjectPaths extends OncePerRequestFilter {

    /** Names the project a request is about, by its slug or id. */
    public static final String HEADER = "X-Trine-Project";

    private static final Pattern PREFIXED =
            Pattern.compile("(?<prefix>/p/(?<project>[A-Za-z0-9_-]+))(?<path>/.*)", Pattern.DOTALL);

    /** A path without the prefix, if it has one. */
    static String bare(String path) {
        Matcher matcher = PREFIXED.matcher(path);
        return matcher.matches() ? matcher.group("path") : path;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Matcher matcher = PREFIXED.matcher(request.getRequestURI());
        if (!matcher.matches()) {
            chain.doFilter(request, response);
            return;
        }
        String project = matcher.group("project");
        String said = request.getHeader(HEADER);
        if (said != null && !said.equals(project)) {
            response.sendError(HttpStatus.BAD_REQUEST.value());
            return;
        }
        chain.doFilter(
                new Bare(request, project, matcher.group("path")), new Prefixing(response, matcher.group("prefix")));
    }

    private static final class Bare extends HttpServletRequestWrapper {

        private final String project;
        private final String path;

        Bare(HttpServletRequest request, String project, String path) {
            super(request);
            this.project = project;
            this.path = path;
        }

        @Override
        public String getRequestURI() {
            return path;
        }

        @Override
        public String getServletPath() {
            return bare(super.getServletPath());
        }

        @Override
        public StringBuffer getRequestURL() {
            StringBuffer url = super.getRequestURL();
            return url.replace(url.length() - super.getRequestURI().length(), url.length(), path);
        }

        @Override
        public @Nullable String getHeader(String name) {
            return HEADER.equalsIgnoreCase(name) ? project : super.getHeader(name);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return HEADER.equalsIgnoreCase(name) ? Collections.enumeration(List.of(project)) : super.getHeaders(name);
        }
    }

    private static final class Prefixing extends HttpServletResponseWrapper {

        private final String prefix;

        Prefixing(HttpServletResponse response, String prefix) {
            super(response);
            this.prefix = prefix;
        }

        @Override
        public void setHeader(String name, String value) {
            super.setHeader(name, prefixed(name, value));
        }

        @Override
        public void addHeader(String name, String value) {
            super.addHeader(name, prefixed(name, value));
        }

        private String prefixed(String name, String value) {
            return HttpHeaders.LOCATION.equalsIgnoreCase(name) && value.startsWith("/") ? prefix + value : value;
        }
    }
}
