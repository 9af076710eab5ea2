/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/tst-structured-field.h"

#include "base/tst-codec.h"

#include <string.h>

#define MAX_SIZE (16 * 1024)
#define MAX_MEMBERS 64

typedef struct
{
  const char *at;
} Reader;

static void
field_value_free (gpointer data)
{
  TstFieldValue *self = data;

  g_free (self->text);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->params, g_hash_table_unref);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstFieldValue, field_value_free)

static void
field_member_free (gpointer data)
{
  TstFieldMember *self = data;

  g_free (self->key);
  if (self->value != NULL)
    field_value_free (self->value);
  g_free (self->raw);
  g_free (self);
}

static TstFieldValue *
field_value_new (TstFieldType type)
{
  TstFieldValue *self = g_new0 (TstFieldValue, 1);

  self->type = type;
  return self;
}

static void
skip_spaces (Reader *reader)
{
  while (*reader->at == ' ')
    reader->at++;
}

static void
skip_ows (Reader *reader)
{
  while (*reader->at == ' ' || *reader->at == '\t')
    reader->at++;
}

/* RFC 8941 § 3.1.2: ( lcalpha / "*" ) *( lcalpha / DIGIT / "_" / "-" / "." / "*" ) */
static char *
read_key (Reader *reader)
{
  const char *start = reader->at;

  if (!g_ascii_islower (*start) && *start != '*')
    return NULL;
  while (g_ascii_islower (*reader->at) || g_ascii_isdigit (*reader->at) || (*reader->at != '\0' && strchr ("_-.*", *reader->at) != NULL))
    reader->at++;
  return g_strndup (start, reader->at - start);
}

static TstFieldValue *
read_number (Reader *reader)
{
  const char *start = reader->at;
  const char *point = NULL;
  guint digits = 0;
  TstFieldValue *value;

  if (*reader->at == '-')
    reader->at++;
  while (g_ascii_isdigit (*reader->at) || (*reader->at == '.' && point == NULL && digits > 0))
    {
      if (*reader->at == '.')
        point = reader->at;
      else
        digits++;
      reader->at++;
    }
  /* 15 digits at most, or 12 and three behind the point. */
  if (digits == 0 || digits > 15)
    return NULL;
  if (point != NULL && (reader->at - point < 2 || reader->at - point > 4 || point - start > 13))
    return NULL;
  value = field_value_new (point != NULL ? TST_FIELD_DECIMAL : TST_FIELD_INTEGER);
  if (point != NULL)
    value->text = g_strndup (start, reader->at - start);
  else
    value->integer = g_ascii_strtoll (start, NULL, 10);
  return value;
}

static TstFieldValue *
read_string (Reader *reader)
{
  g_autoptr (GString) text = g_string_new (NULL);
  TstFieldValue *value;

  for (reader->at++; *reader->at != '"'; reader->at++)
    {
      if (*reader->at == '\\')
        {
          reader->at++;
          if (*reader->at != '"' && *reader->at != '\\')
            return NULL;
        }
      else if (*reader->at < 0x20 || *reader->at > 0x7e)
        return NULL;
      g_string_append_c (text, *reader->at);
    }
  reader->at++;
  value = field_value_new (TST_FIELD_STRING);
  value->text = g_strdup (text->str);
  return value;
}

static TstFieldValue *
read_bytes (Reader *reader)
{
  const char *start = reader->at + 1;
  const char *end = strchr (start, ':');
  g_autofree char *base64 = NULL;
  g_autoptr (GBytes) bytes = NULL;
  TstFieldValue *value;

  if (end == NULL)
    return NULL;
  base64 = g_strndup (start, end - start);
  bytes = tst_base64_decode (base64);
  if (bytes == NULL)
    return NULL;
  reader->at = end + 1;
  value = field_value_new (TST_FIELD_BYTES);
  value->bytes = g_steal_pointer (&bytes);
  return value;
}

static TstFieldValue *
read_token (Reader *reader)
{
  const char *start = reader->at;
  TstFieldValue *value;

  while (g_ascii_isalnum (*reader->at) || (*reader->at != '\0' && strchr ("!#$%&'*+-.^_`|~:/", *reader->at) != NULL))
    reader->at++;
  value = field_value_new (TST_FIELD_TOKEN);
  value->text = g_strndup (start, reader->at - start);
  return value;
}

static TstFieldValue *
read_bare_item (Reader *reader)
{
  char c = *reader->at;

  if (c == '"')
    return read_string (reader);
  if (c == ':')
    return read_bytes (reader);
  if (c == '-' || g_ascii_isdigit (c))
    return read_number (reader);
  if (c == '*' || g_ascii_isalpha (c))
    return read_token (reader);
  if (c == '?' && (reader->at[1] == '0' || reader->at[1] == '1'))
    {
      TstFieldValue *value = field_value_new (TST_FIELD_BOOLEAN);

      value->integer = reader->at[1] == '1';
      reader->at += 2;
      return value;
    }
  return NULL;
}

static gboolean
read_params (Reader *reader, TstFieldValue *value)
{
  while (*reader->at == ';')
    {
      g_autofree char *key = NULL;
      g_autoptr (TstFieldValue) param = NULL;

      reader->at++;
      skip_spaces (reader);
      key = read_key (reader);
      if (key == NULL)
        return FALSE;
      if (*reader->at == '=')
        {
          reader->at++;
          param = read_bare_item (reader);
          if (param == NULL)
            return FALSE;
        }
      else
        {
          param = field_value_new (TST_FIELD_BOOLEAN);
          param->integer = 1;
        }
      if (value->params == NULL)
        value->params = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, field_value_free);
      if (g_hash_table_contains (value->params, key) || g_hash_table_size (value->params) == MAX_MEMBERS)
        return FALSE;
      g_hash_table_insert (value->params, g_steal_pointer (&key), g_steal_pointer (&param));
    }
  return TRUE;
}

static TstFieldValue *
read_item (Reader *reader)
{
  g_autoptr (TstFieldValue) value = read_bare_item (reader);

  if (value == NULL || !read_params (reader, value))
    return NULL;
  return g_steal_pointer (&value);
}

static TstFieldValue *
read_inner_list (Reader *reader)
{
  g_autoptr (TstFieldValue) list = field_value_new (TST_FIELD_LIST);

  list->items = g_ptr_array_new_with_free_func (field_value_free);
  reader->at++;
  for (;;)
    {
      TstFieldValue *item;

      skip_spaces (reader);
      if (*reader->at == ')')
        break;
      item = read_item (reader);
      if (item == NULL)
        return NULL;
      g_ptr_array_add (list->items, item);
      if ((*reader->at != ' ' && *reader->at != ')') || list->items->len > MAX_MEMBERS)
        return NULL;
    }
  reader->at++;
  if (!read_params (reader, list))
    return NULL;
  return g_steal_pointer (&list);
}

static gboolean
read_member (Reader *reader, GPtrArray *members)
{
  TstFieldMember *member = g_new0 (TstFieldMember, 1);
  const char *start;

  g_ptr_array_add (members, member);
  member->key = read_key (reader);
  if (member->key == NULL)
    return FALSE;
  for (guint i = 0; i + 1 < members->len; i++)
    if (strcmp (((TstFieldMember *) g_ptr_array_index (members, i))->key, member->key) == 0)
      return FALSE;
  if (*reader->at != '=')
    {
      member->value = field_value_new (TST_FIELD_BOOLEAN);
      member->value->integer = 1;
      member->raw = g_strdup ("");
      return read_params (reader, member->value);
    }
  start = ++reader->at;
  member->value = *start == '(' ? read_inner_list (reader) : read_item (reader);
  if (member->value == NULL)
    return FALSE;
  member->raw = g_strndup (start, reader->at - start);
  return TRUE;
}

GPtrArray *
tst_field_parse_dictionary (const char *text)
{
  g_autoptr (GPtrArray) members = g_ptr_array_new_with_free_func (field_member_free);
  Reader reader = { text };

  if (text == NULL || strnlen (text, MAX_SIZE + 1) > MAX_SIZE)
    return NULL;
  skip_spaces (&reader);
  while (*reader.at != '\0')
    {
      if (members->len == MAX_MEMBERS || !read_member (&reader, members))
        return NULL;
      skip_ows (&reader);
      if (*reader.at == '\0')
        break;
      if (*reader.at != ',')
        return NULL;
      reader.at++;
      skip_ows (&reader);
      if (*reader.at == '\0')
        return NULL; /* a trailing comma */
    }
  return g_steal_pointer (&members);
}

TstFieldMember *
tst_field_find (GPtrArray *dictionary, const char *key)
{
  for (guint i = 0; i < dictionary->len; i++)
    {
      TstFieldMember *member = g_ptr_array_index (dictionary, i);

      if (strcmp (member->key, key) == 0)
        return member;
    }
  return NULL;
}

TstFieldValue *
tst_field_value_get_param (TstFieldValue *self, const char *key)
{
  return self->params != NULL ? g_hash_table_lookup (self->params, key) : NULL;
}

gboolean
tst_field_append_string (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (const char *at = text; *at != '\0'; at++)
    {
      if (*at < 0x20 || *at > 0x7e)
        return FALSE;
      if (*at == '"' || *at == '\\')
        g_string_append_c (out, '\\');
      g_string_append_c (out, *at);
    }
  g_string_append_c (out, '"');
  return TRUE;
}
