package dev.trine.identity;

import dev.trine.identity.IdempotentRequests.AlreadyAnswered;
import org.springframework.aop.Advisor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import tools.jackson.databind.json.JsonMapper;

/** Puts {@link IdempotentRequests} around every {@link Idempotent} method. */
@Configuration(proxyBeanMethods = false)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
class IdempotencyConfiguration {

    /** Tells a repeated answer from a first one. */
    static final String REPLAYED = "Idempotency-Replayed";

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static Advisor idempotency(
            ObjectProvider<IdempotencyStore> store,
            ObjectProvider<TransactionTemplate> transactions,
            ObjectProvider<JsonMapper> wire) {
        return new DefaultPointcutAdvisor(
                AnnotationMatchingPointcut.forMethodAnnotation(Idempotent.class),
                new IdempotentRequests(store, transactions, wire));
    }

    /** Gives the kept answer again. */
    @RestControllerAdvice
    @Order(Ordered.HIGHEST_PRECEDENCE)
    static class AnsweredAgain {

        @ExceptionHandler
        ResponseEntity<String> on(AlreadyAnswered again) {
            IdempotencyStore.Answer answer = again.kept().answer();
            var headers = new HttpHeaders();
            answer.headers().forEach(headers::set);
            headers.set(REPLAYED, "true");
            headers.setContentType(MediaType.APPLICATION_JSON);
            return ResponseEntity.status(answer.status()).headers(headers).body(answer.body());
        }
    }
}
