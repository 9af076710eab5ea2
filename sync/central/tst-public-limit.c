/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "base/tst-codec.h"

/* The limit on looking numbers up. */

#define BUCKET_TOKENS 20
#define BUCKET_REFILL_S 3 /* a token every so many seconds */
#define BUCKETS_MAX 50000

typedef struct
{
  double tokens;
  gint64 at_us;
} Bucket;

gboolean
tst_public_take_token (TstPublicRoutes *routes, const char *client, guint *wait_s)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&routes->lock);
  gint64 now_us = g_get_monotonic_time ();
  Bucket *bucket = NULL;

  (void) locker;
  /* A flood of addresses empties the table rather than the memory. */
  if (g_hash_table_size (routes->buckets) > BUCKETS_MAX)
    g_hash_table_remove_all (routes->buckets);
  bucket = g_hash_table_lookup (routes->buckets, client);
  if (!bucket)
    {
      bucket = g_new (Bucket, 1);
      *bucket = (Bucket) { .tokens = BUCKET_TOKENS, .at_us = now_us };
      g_hash_table_insert (routes->buckets, g_strdup (client), bucket);
    }
  bucket->tokens =
    MIN (BUCKET_TOKENS, bucket->tokens + (double) (now_us - bucket->at_us) / G_USEC_PER_SEC / BUCKET_REFILL_S);
  bucket->at_us = now_us;
  if (bucket->tokens < 1)
    {
      *wait_s = (guint) ((1 - bucket->tokens) * BUCKET_REFILL_S) + 1;
      return FALSE;
    }
  bucket->tokens -= 1;
  return TRUE;
}

char *
tst_public_client_key (const char *client)
{
  g_autoptr (GInetAddress) address = client ? g_inet_address_new_from_string (client) : NULL;

  if (address && g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6)
    return tst_hex_encode (g_inet_address_to_bytes (address), 8);
  return g_strdup (address ? client : "?");
}
