/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/tst-http-signature.h"

#include "base/tst-error.h"
#include "protocol/tst-structured-field.h"

#include <string.h>

/* RFC 9421 § 2.5 joins lines by newlines: a value with one could pass for another component. */
static gboolean
value_is_one_line (const char *value)
{
  return value != NULL && strpbrk (value, "\r\n") == NULL;
}

char *
tst_signature_base (const TstComponent *components, guint n, const char *params_text)
{
  g_autoptr (GString) base = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      if (!value_is_one_line (components[i].value) || !tst_field_append_string (base, components[i].name))
        return NULL;
      g_string_append_printf (base, ": %s\n", components[i].value);
    }
  g_string_append_printf (base, "\"@signature-params\": %s", params_text);
  return g_string_free (g_steal_pointer (&base), FALSE);
}

static void
append_param (GString *out, const char *name, const char *value)
{
  gboolean printable;

  if (value == NULL)
    return;
  g_string_append_printf (out, ";%s=", name);
  printable = tst_field_append_string (out, value);
  g_assert (printable);
}

void
tst_http_sign (const TstComponent *components, guint n, const TstSignatureParams *params, TstSigningKey *key,
               char **signature_input, char **signature)
{
  g_autoptr (GString) text = g_string_new ("(");
  g_autofree char *base = NULL;
  g_autofree char *base64 = NULL;
  guint8 bytes[TST_SIGNATURE_SIZE];

  for (guint i = 0; i < n; i++)
    {
      gboolean printable;

      if (i > 0)
        g_string_append_c (text, ' ');
      printable = tst_field_append_string (text, components[i].name);
      g_assert (printable);
    }
  g_string_append_c (text, ')');
  if (params->created >= 0)
    g_string_append_printf (text, ";created=%" G_GINT64_FORMAT, params->created);
  append_param (text, "keyid", params->keyid);
  if (params->with_alg)
    g_string_append (text, ";alg=\"ed25519\"");
  append_param (text, "nonce", params->nonce);
  append_param (text, "tag", params->tag);

  base = tst_signature_base (components, n, text->str);
  g_assert (base != NULL);
  tst_signing_key_sign (key, base, strlen (base), bytes);
  base64 = g_base64_encode (bytes, sizeof bytes);
  *signature_input = g_strdup_printf ("%s=%s", params->label, text->str);
  *signature = g_strdup_printf ("%s=:%s:", params->label, base64);
}

/* --- reading --- */

/* A string parameter that may be absent; FALSE when it is there with another type. */
static gboolean
take_string_param (TstFieldValue *list, const char *name, char **out)
{
  TstFieldValue *param = tst_field_value_get_param (list, name);

  if (param == NULL)
    return TRUE;
  if (param->type != TST_FIELD_STRING)
    return FALSE;
  *out = g_strdup (param->text);
  return TRUE;
}

/* Names only: components with parameters (";req", ";key=") are none that we use, so they are refused rather than guessed at. */
static char **
take_covered (TstFieldValue *list)
{
  g_autoptr (GStrvBuilder) covered = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < list->items->len; i++)
    {
      TstFieldValue *item = g_ptr_array_index (list->items, i);

      if (item->type != TST_FIELD_STRING || item->params != NULL || item->text[0] == '\0')
        return NULL;
      for (const char *at = item->text; *at != '\0'; at++)
        if (g_ascii_isupper (*at))
          return NULL;
      if (!g_hash_table_add (seen, item->text))
        return NULL;
      g_strv_builder_add (covered, item->text);
    }
  return g_strv_builder_end (covered);
}

static gboolean
take_params (TstParsedSignature *self, TstFieldValue *list)
{
  TstFieldValue *created = tst_field_value_get_param (list, "created");

  self->created = -1;
  if (created != NULL)
    {
      if (created->type != TST_FIELD_INTEGER || created->integer < 0)
        return FALSE;
      self->created = created->integer;
    }
  return take_string_param (list, "keyid", &self->keyid) && take_string_param (list, "nonce", &self->nonce) &&
         take_string_param (list, "tag", &self->tag) && take_string_param (list, "alg", &self->alg) && self->keyid != NULL;
}

TstParsedSignature *
tst_http_signature_parse (const char *signature_input, const char *signature, const char *label, GError **error)
{
  g_autoptr (TstParsedSignature) self = g_new0 (TstParsedSignature, 1);
  g_autoptr (GPtrArray) inputs = tst_field_parse_dictionary (signature_input);
  g_autoptr (GPtrArray) signatures = tst_field_parse_dictionary (signature);
  TstFieldMember *input = inputs != NULL ? tst_field_find (inputs, label) : NULL;
  TstFieldMember *bytes = signatures != NULL ? tst_field_find (signatures, label) : NULL;

  if (input == NULL || bytes == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE, "The request has no readable signature");
      return NULL;
    }
  if (input->value->type == TST_FIELD_LIST)
    self->covered = take_covered (input->value);
  if (self->covered == NULL || !take_params (self, input->value) || bytes->value->type != TST_FIELD_BYTES ||
      g_bytes_get_size (bytes->value->bytes) != TST_SIGNATURE_SIZE)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE, "The request's signature is malformed");
      return NULL;
    }
  self->params_text = g_strdup (input->raw);
  memcpy (self->signature, g_bytes_get_data (bytes->value->bytes, NULL), TST_SIGNATURE_SIZE);
  return g_steal_pointer (&self);
}

void
tst_parsed_signature_free (TstParsedSignature *self)
{
  g_strfreev (self->covered);
  g_free (self->params_text);
  g_free (self->keyid);
  g_free (self->nonce);
  g_free (self->tag);
  g_free (self->alg);
  g_free (self);
}

gboolean
tst_parsed_signature_covers (TstParsedSignature *self, const char *name)
{
  return g_strv_contains ((const char *const *) self->covered, name);
}

gboolean
tst_http_signature_check (TstParsedSignature *self, const TstComponent *components, guint n, TstVerifier *verifier,
                          GError **error)
{
  guint n_covered = g_strv_length (self->covered);
  g_autofree TstComponent *chosen = g_new0 (TstComponent, n_covered + 1);
  g_autofree char *base = NULL;

  for (guint i = 0; i < n_covered; i++)
    {
      chosen[i].name = self->covered[i];
      for (guint j = 0; j < n; j++)
        if (strcmp (components[j].name, self->covered[i]) == 0)
          chosen[i].value = components[j].value;
      if (chosen[i].value == NULL)
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE, "The signature covers a part that the request does not have");
          return FALSE;
        }
    }
  base = tst_signature_base (chosen, n_covered, self->params_text);
  if (base == NULL || (self->alg != NULL && strcmp (self->alg, "ed25519") != 0) ||
      strcmp (self->keyid, tst_verifier_get_name (verifier)) != 0 ||
      !tst_verifier_check (verifier, base, strlen (base), self->signature))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE, "The request's signature is wrong");
      return FALSE;
    }
  return TRUE;
}

/* --- Content-Digest --- */

char *
tst_content_digest (GBytes *body)
{
  TstHash hash = tst_hash_bytes (body);
  g_autofree char *base64 = tst_hash_to_base64 (&hash);

  return g_strdup_printf ("sha-256=:%s:", base64);
}

gboolean
tst_content_digest_check (const char *field, GBytes *body)
{
  g_autoptr (GPtrArray) digests = tst_field_parse_dictionary (field);
  TstFieldMember *member = digests != NULL ? tst_field_find (digests, "sha-256") : NULL;
  TstHash actual = tst_hash_bytes (body);
  TstHash said;

  if (member == NULL || member->value->type != TST_FIELD_BYTES ||
      !tst_hash_from_blob (g_bytes_get_data (member->value->bytes, NULL), g_bytes_get_size (member->value->bytes), &said))
    return FALSE;
  return tst_hash_equal (&said, &actual);
}
