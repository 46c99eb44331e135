package adfer.app;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;

import jakarta.servlet.DispatcherType;

import org.eclipse.jetty.ee10.servlet.DefaultServlet;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configurers.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.web.context.ContextLoaderListener;
import org.springframework.web.context.support.GenericWebApplicationContext;
import org.springframework.web.filter.DelegatingFilterProxy;

import java.util.EnumSet;
import java.util.List;
import java.util.UUID;

/**
 * Spring's authorization server on a real socket, set up as whoever runs one would: it knows one
 * person, Jane, and two clients, Adfer and a program that makes reports.
 */
final class SpringProvider implements AutoCloseable {
    static final String PASSWORD = "jane's password there";
    static final String SECRET = "adfer's secret there";
    static final String PROGRAM = "the program's secret there";
    static final String AUDIENCE = "adfer-api";

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final GenericWebApplicationContext context = new GenericWebApplicationContext();

    /**
     * @param back where Adfer's nodes want browsers to be sent back to
     */
    SpringProvider(List<String> back) throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        connector.open();
        AnnotationConfigUtils.registerAnnotationConfigProcessors(context);
        context.registerBean(Rules.class, () -> new Rules(issuer(), back));
        ServletContextHandler handler = new ServletContextHandler(ServletContextHandler.SESSIONS);
        handler.addEventListener(new ContextLoaderListener(context));
        handler.addFilter(
                new FilterHolder(new DelegatingFilterProxy("springSecurityFilterChain")),
                "/*",
                EnumSet.of(DispatcherType.REQUEST, DispatcherType.ERROR));
        handler.addServlet(DefaultServlet.class, "/");
        server.setHandler(handler);
        server.start();
    }

    String issuer() {
        return "http://127.0.0.1:" + connector.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the provider's server doesn't stop", e);
        }
        context.close();
    }

    /** Whom it knows, and what it says about them. */
    @Configuration(proxyBeanMethods = false)
    @EnableWebSecurity
    static class Rules {
        private final String issuer;
        private final List<String> back;

        Rules(String issuer, List<String> back) {
            this.issuer = issuer;
            this.back = back;
        }

        @Bean
        @Order(1)
        SecurityFilterChain protocol(HttpSecurity http) throws Exception {
            OAuth2AuthorizationServerConfigurer endpoints =
                    OAuth2AuthorizationServerConfigurer.authorizationServer();
            return http.securityMatcher(endpoints.getEndpointsMatcher())
                    .with(endpoints, it -> it.oidc(Customizer.withDefaults()))
                    .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .exceptionHandling(it ->
                            it.authenticationEntryPoint(
                                    new LoginUrlAuthenticationEntryPoint("/login")))
                    .build();
        }

        @Bean
        @Order(2)
        SecurityFilterChain people(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .formLogin(Customizer.withDefaults())
                    .build();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("jane").password("{noop}" + PASSWORD).roles("USER").build());
        }

        @Bean
        RegisteredClientRepository clients() {
            RegisteredClient adfer =
                    RegisteredClient.withId("1")
                            .clientId("adfer")
                            .clientSecret("{noop}" + SECRET)
                            .clientAuthenticationMethod(
                                    ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                            .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                            .authorizationGrantType(AuthorizationGrantType.DEVICE_CODE)
                            .redirectUris(uris -> uris.addAll(back))
                            .scope("openid")
                            .scope("profile")
                            .clientSettings(ClientSettings.builder().requireProofKey(true).build())
                            .build();
            RegisteredClient program =
                    RegisteredClient.withId("2")
                            .clientId("report")
                            .clientSecret("{noop}" + PROGRAM)
                            .clientAuthenticationMethod(
                                    ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                            .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                            .build();
            return new InMemoryRegisteredClientRepository(adfer, program);
        }

        @Bean
        JWKSource<SecurityContext> keys() throws JOSEException {
            return new ImmutableJWKSet<>(
                    new JWKSet(
                            new RSAKeyGenerator(2048)
                                    .keyID(UUID.randomUUID().toString())
                                    .generate()));
        }

        @Bean
        JwtDecoder decoder(JWKSource<SecurityContext> keys) {
            return OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
        }

        @Bean
        AuthorizationServerSettings settings() {
            return AuthorizationServerSettings.builder().issuer(issuer).build();
        }

        @Bean
        OAuth2TokenCustomizer<JwtEncodingContext> statements() {
            return token -> {
                String name = token.getPrincipal().getName();
                token.getClaims()
                        .claim("preferred_username", name)
                        .claim("groups", List.of(name.equals("jane") ? "dr" : "programs"));
                if (OAuth2TokenType.ACCESS_TOKEN.equals(token.getTokenType())) {
                    token.getClaims().audience(List.of(AUDIENCE));
                }
            };
        }
    }
}
