package dev.trine.shared;

import java.util.concurrent.locks.LockSupport;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.Advisor;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.ComposablePointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes a transaction anew that PostgreSQL has ended for the sake of another ({@link DatabaseFault#CHOSE_ANOTHER}), be it a {@link
 * Transactional} method or one of the {@link TransactionTemplate}. Only the outermost transaction is made anew, a few times; what is
 * done within one must therefore be such that it can be done twice.
 */
@Configuration(proxyBeanMethods = false)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
class RetriedTransactions {

    private static final Logger LOG = LoggerFactory.getLogger(RetriedTransactions.class);
    private static final int MOST_TRIES = 4;
    private static final long LETS_THE_OTHER_GO_NANOS = 20_000_000;

    /** Around the transaction, whose own advisor has the lowest precedence. */
    private static final int AROUND_TRANSACTIONS = 0;

    /** A transaction, from its begin to its end. */
    @FunctionalInterface
    private interface Attempt<T extends @Nullable Object, X extends Throwable> {
        T run() throws X;
    }

    private static <T extends @Nullable Object, X extends Throwable> T retried(Attempt<T, X> attempt) throws X {
        boolean outermost = !TransactionSynchronizationManager.isActualTransactionActive();
        for (int tries = 1; ; tries++) {
            try {
                return attempt.run();
            } catch (RuntimeException e) {
                boolean passes = DatabaseFault.behind(e).orElse(null) == DatabaseFault.CHOSE_ANOTHER;
                if (!passes || !outermost || tries == MOST_TRIES) {
                    throw e;
                }
                LOG.info("a transaction is made anew: {}", e.getMessage());
                // the other, which has just got what it waited for, comes first; else both could be where they were
                LockSupport.parkNanos(tries * LETS_THE_OTHER_GO_NANOS);
            }
        }
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static Advisor transactionalMethodsAgain() {
        var methods = new ComposablePointcut(new AnnotationMatchingPointcut(null, Transactional.class, true))
                .union(new AnnotationMatchingPointcut(Transactional.class, true));
        MethodInterceptor again = call -> RetriedTransactions.<@Nullable Object, Throwable>retried(
                () -> ((ProxyMethodInvocation) call).invocableClone().proceed());
        var advisor = new DefaultPointcutAdvisor(methods, again);
        advisor.setOrder(AROUND_TRANSACTIONS);
        return advisor;
    }

    @Bean
    static TransactionTemplate transactionTemplate(PlatformTransactionManager manager) {
        return new Template(manager);
    }

    /** The one that all components share. */
    private static final class Template extends TransactionTemplate {

        private static final long serialVersionUID = 1;

        Template(PlatformTransactionManager manager) {
            super(manager);
        }

        @Override
        public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
            return retried(() -> super.execute(action));
        }
    }
}
