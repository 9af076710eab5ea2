/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-request-auth.h"

#include "base/tst-codec.h"
#include "protocol/tst-http-signature.h"

#include <sodium.h>
#include <string.h>

#define NONCES_MAX 65536
#define NONCE_LIFE_US (10 * 60 * G_USEC_PER_SEC)

typedef struct
{
  char *text;
  gint64 until_us; /* monotonic */
} Nonce;

struct _TstRequestAuth
{
  TstCentral *central;
  GMutex lock;
  GHashTable *nonces; /* text → Nonce, owned by @order */
  GQueue order;       /* oldest first */
};

static void
nonce_free (gpointer data)
{
  Nonce *nonce = data;

  g_free (nonce->text);
  g_free (nonce);
}

TstRequestAuth *
tst_request_auth_new (TstCentral *central)
{
  TstRequestAuth *self = g_new0 (TstRequestAuth, 1);

  self->central = central;
  g_mutex_init (&self->lock);
  self->nonces = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->order);
  return self;
}

void
tst_request_auth_free (TstRequestAuth *self)
{
  g_hash_table_unref (self->nonces);
  g_queue_clear_full (&self->order, nonce_free);
  g_mutex_clear (&self->lock);
  g_free (self);
}

char *
tst_request_auth_new_nonce (TstRequestAuth *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 now = g_get_monotonic_time ();
  Nonce *nonce = g_new (Nonce, 1);
  guint8 random[16];

  randombytes_buf (random, sizeof random);
  nonce->text = tst_base64url_encode (random, sizeof random);
  nonce->until_us = now + NONCE_LIFE_US;
  /* Used ones stay in the queue until their time is over; a flood pushes out the oldest. */
  while (self->order.length >= NONCES_MAX ||
         (self->order.head != NULL && ((Nonce *) self->order.head->data)->until_us < now))
    {
      Nonce *old = g_queue_pop_head (&self->order);

      g_hash_table_remove (self->nonces, old->text);
      nonce_free (old);
    }
  g_queue_push_tail (&self->order, nonce);
  g_hash_table_insert (self->nonces, nonce->text, nonce);
  return g_strdup (nonce->text);
}

static gboolean
nonce_is_good (TstRequestAuth *self, const char *text, gboolean use_up)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Nonce *nonce = text != NULL ? g_hash_table_lookup (self->nonces, text) : NULL;

  if (nonce == NULL || nonce->until_us < g_get_monotonic_time ())
    return FALSE;
  if (use_up)
    g_hash_table_remove (self->nonces, nonce->text);
  return TRUE;
}

static gboolean
covers (const TstParsedSignature *signature, const char *name)
{
  return g_strv_contains ((const char *const *) signature->covered, name);
}

static gboolean
covers_enough (const TstParsedSignature *signature, const TstAuthRequest *request)
{
  if (!covers (signature, "@method") || !covers (signature, "@target-uri") ||
      (request->body != NULL && !covers (signature, "content-digest")))
    return FALSE;
  for (guint i = 0; request->required != NULL && request->required[i] != NULL; i++)
    if (!covers (signature, request->required[i]))
      return FALSE;
  return TRUE;
}

static gboolean
signature_is_good (TstRequestAuth *self, TstParsedSignature *signature, const TstAuthRequest *request,
                   TstVerifier *verifier)
{
  guint n = g_strv_length (signature->covered);
  g_autofree TstComponent *components = g_new0 (TstComponent, n + 1);
  g_autofree char *url = tst_central_dup_url (self->central);
  g_autofree char *target = g_strconcat (url != NULL ? url : "", request->target, NULL);

  for (guint i = 0; i < n; i++)
    {
      components[i].name = signature->covered[i];
      if (strcmp (components[i].name, "@method") == 0)
        components[i].value = request->method;
      else if (strcmp (components[i].name, "@target-uri") == 0)
        components[i].value = target;
      else
        components[i].value = soup_message_headers_get_list (request->headers, components[i].name);
      if (components[i].value == NULL)
        return FALSE;
    }
  if (!tst_http_signature_check (signature, components, n, verifier, NULL))
    return FALSE;
  return request->body == NULL ||
         tst_content_digest_check (soup_message_headers_get_list (request->headers, "content-digest"), request->body);
}

static TstDevice *
find_signer (TstRequestAuth *self, const TstParsedSignature *signature, const TstAuthRequest *request)
{
  TstDevice *device;

  if (request->newcomer == NULL)
    return tst_device_registry_find (tst_central_get_devices (self->central), signature->keyid);
  if (g_strcmp0 (signature->keyid, tst_verifier_get_name (request->newcomer)) != 0)
    return NULL;
  device = g_atomic_rc_box_new0 (TstDevice);
  device->name = g_strdup (signature->keyid);
  device->verifier = tst_verifier_ref (request->newcomer);
  return device;
}

static TstDevice *
refuse (guint *status, guint http, const char **code, const char *name)
{
  *status = http;
  *code = name;
  return NULL;
}

TstDevice *
tst_request_auth_check (TstRequestAuth *self, const TstAuthRequest *request, guint *status, const char **code)
{
  g_autoptr (TstParsedSignature) signature = NULL;
  g_autoptr (TstDevice) device = NULL;

  const char *input = soup_message_headers_get_list (request->headers, "Signature-Input");
  const char *value = soup_message_headers_get_list (request->headers, "Signature");

  if (input != NULL && value != NULL)
    signature = tst_http_signature_parse (input, value, "testigo", NULL);
  if (signature == NULL || (signature->alg != NULL && strcmp (signature->alg, "ed25519") != 0) ||
      (signature->tag != NULL && strcmp (signature->tag, "testigo") != 0) || !covers_enough (signature, request))
    return refuse (status, SOUP_STATUS_UNAUTHORIZED, code, "signature");
  device = find_signer (self, signature, request);
  if (device == NULL)
    return refuse (status, SOUP_STATUS_FORBIDDEN, code, "unknown-device");
  /* Cheap, and before the signature: a stale one costs the client a round, not us an elliptic curve. */
  if (!nonce_is_good (self, signature->nonce, FALSE))
    return refuse (status, SOUP_STATUS_UNAUTHORIZED, code, "nonce");
  if (!signature_is_good (self, signature, request, device->verifier))
    return refuse (status, SOUP_STATUS_UNAUTHORIZED, code, "signature");
  if (!nonce_is_good (self, signature->nonce, TRUE))
    return refuse (status, SOUP_STATUS_UNAUTHORIZED, code, "nonce");
  if (device->state == TST_DEVICE_RETIRED)
    return refuse (status, SOUP_STATUS_FORBIDDEN, code, "device-retired");
  if (device->state == TST_DEVICE_LOST && !request->lost_may)
    return refuse (status, SOUP_STATUS_FORBIDDEN, code, "device-lost");
  return g_steal_pointer (&device);
}
