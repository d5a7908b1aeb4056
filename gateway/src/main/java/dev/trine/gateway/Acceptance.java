package dev.trine.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Counts connections when they are accepted. Vert.x tells of one only when its first request has come, or its first bytes as HTTP/2;
 * one on which nothing comes takes no less of what others need.
 */
@Sharable
final class Acceptance extends ChannelInboundHandlerAdapter {

    /** Whose a connection is. */
    static final AttributeKey<Place> PLACE = AttributeKey.valueOf(Acceptance.class, "place");

    /** In which a connection too many can send a request, by which it is told why it ends. */
    private static final int SECONDS_OF_SURPLUS = 2;

    /** Of a client's bound; those over it are not even told. */
    private static final int MOST_TIMES = 2;

    private final Clients clients;
    private final int most;

    /** @param most connections of one client */
    Acceptance(Clients clients, int most) {
        this.clients = clients;
        this.most = most;
    }

    /**
     * A connection among those of its client.
     *
     * @param surplus whether it should not be there at all: its client has as many as it may
     */
    record Place(Clients.Client client, boolean surplus) {}

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        var connection = (Channel) accepted;
        Clients.Client client = clients.connected(
                connection.remoteAddress() instanceof InetSocketAddress from
                        ? from.getAddress().getHostAddress()
                        : null);
        int connections = client.connections();
        if (connections > (long) MOST_TIMES * most) {
            clients.left(client);
            connection.unsafe().closeForcibly();
            return;
        }
        connection.closeFuture().addListener(closed -> clients.left(client));
        boolean surplus = connections > most;
        connection.attr(PLACE).set(new Place(client, surplus));
        if (surplus) {
            var _ = context.executor()
                    .schedule(
                            () -> {
                                var _ = connection.close();
                            },
                            SECONDS_OF_SURPLUS,
                            TimeUnit.SECONDS);
        }
        context.fireChannelRead(connection);
    }
}
