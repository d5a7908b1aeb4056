package dev.trine.shared;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.DriverDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Puts {@link TenantConnection} under the pool, before it opens its first connection. */
@Configuration(proxyBeanMethods = false)
class TenantConnections {

    @Bean
    static BeanPostProcessor connectionsOfThePoolTellWhoseRowsTheyReach() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof HikariDataSource pool && pool.getDataSource() == null) {
                    pool.setDataSource(new Sessions(new DriverDataSource(
                            pool.getJdbcUrl(),
                            pool.getDriverClassName(),
                            pool.getDataSourceProperties(),
                            pool.getUsername(),
                            pool.getPassword())));
                }
                return bean;
            }
        };
    }

    /** What the pool opens its connections by. */
    static final class Sessions extends DelegatingDataSource {

        Sessions(DataSource driver) {
            super(driver);
        }

        @Override
        public Connection getConnection() throws SQLException {
            return TenantConnection.of(super.getConnection());
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return TenantConnection.of(super.getConnection(user, password));
        }
    }
}
