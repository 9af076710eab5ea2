/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "record/tst-key.h"

G_BEGIN_DECLS

/* HTTP Message Signatures (RFC 9421) with Ed25519, and Content-Digest (RFC 9530), as README.md § 2 uses them. Knows nothing of
 * libsoup: components are handed in by name. */

/* One covered component: "@method", "@target-uri" or a field name in lower case, with its value. */
typedef struct
{
  const char *name;
  const char *value;
} TstComponent;

typedef struct
{
  const char *label;   /* "testigo" */
  gint64 created;      /* < 0: left out */
  const char *keyid;
  const char *nonce;   /* (nullable) */
  const char *tag;     /* (nullable) */
  gboolean with_alg;   /* writes alg="ed25519" */
} TstSignatureParams;

/* RFC 9421 § 2.5. @params_text is the inner list with its parameters as it stands in Signature-Input after "label=". NULL when
 * a value has a line break, by which it could pass for another component. */
char *tst_signature_base (const TstComponent *components, guint n, const char *params_text);
/* Gives the values of the two fields. */
void tst_http_sign (const TstComponent *components, guint n, const TstSignatureParams *params, TstSigningKey *key,
                    char **signature_input, char **signature);

/* What a request says of itself. */
typedef struct
{
  char **covered;      /* component names in order */
  char *params_text;   /* verbatim */
  char *keyid, *nonce, *tag, *alg;
  gint64 created;      /* -1: absent */
  guint8 signature[TST_SIGNATURE_SIZE];
} TstParsedSignature;
/* Picks @label out of the two fields' values. TST_ERROR_BAD_SIGNATURE when it is not there or malformed. */
TstParsedSignature *tst_http_signature_parse (const char *signature_input, const char *signature, const char *label, GError **error);
void tst_parsed_signature_free (TstParsedSignature *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstParsedSignature, tst_parsed_signature_free)
/* What must be covered is for the caller to say. */
gboolean tst_parsed_signature_covers (TstParsedSignature *self, const char *name);
/* @components: values for every covered name (looked up by name). The verifier's name must be the keyid. */
gboolean tst_http_signature_check (TstParsedSignature *self, const TstComponent *components, guint n, TstVerifier *verifier, GError **error);

char *tst_content_digest (GBytes *body);                       /* "sha-256=:…:" */
gboolean tst_content_digest_check (const char *field, GBytes *body); /* must hold a sha-256 that matches */

G_END_DECLS
