/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-form-functions-private.h"

#include <math.h>

/* Between libxml2's values and ours: what ODK's functions take and give. */

TstFormView *
_tst_form_view_of (xmlXPathParserContextPtr ctxt)
{
  return ctxt->context->userData;
}

void
_tst_form_push_text (xmlXPathParserContextPtr ctxt, const char *text)
{
  valuePush (ctxt, xmlXPathNewCString (text != NULL ? text : ""));
}

void
_tst_form_push_number (xmlXPathParserContextPtr ctxt, double number)
{
  valuePush (ctxt, xmlXPathNewFloat (number));
}

void
_tst_form_push_boolean (xmlXPathParserContextPtr ctxt, gboolean truth)
{
  valuePush (ctxt, xmlXPathNewBoolean (truth));
}

char *
_tst_form_object_text (xmlXPathObjectPtr object)
{
  xmlChar *value;
  char *text;

  if (object == NULL)
    return g_strdup ("");
  if (object->type == XPATH_NUMBER)
    return tst_form_number_to_text (object->floatval);
  value = xmlXPathCastToString (object);
  text = g_strdup (value != NULL ? (const char *) value : "");
  xmlFree (value);
  return text;
}

double
_tst_form_object_number (xmlXPathObjectPtr object)
{
  g_autofree char *text = NULL;

  if (object == NULL)
    return NAN;
  if (object->type == XPATH_NUMBER)
    return object->floatval;
  if (object->type == XPATH_BOOLEAN)
    return object->boolval ? 1 : 0;
  text = _tst_form_object_text (object);
  return tst_form_text_to_number (text);
}

gboolean
_tst_form_object_boolean (xmlXPathObjectPtr object)
{
  g_autofree char *text = NULL;

  if (object == NULL)
    return FALSE;
  if (object->type != XPATH_NODESET)
    return xmlXPathCastToBoolean (object);
  text = _tst_form_object_text (object);
  return *text != '\0';
}

char *
_tst_form_pop_text (xmlXPathParserContextPtr ctxt)
{
  xmlXPathObjectPtr object = valuePop (ctxt);
  char *text = _tst_form_object_text (object);

  xmlXPathFreeObject (object);
  return text;
}

double
_tst_form_pop_number (xmlXPathParserContextPtr ctxt)
{
  xmlXPathObjectPtr object = valuePop (ctxt);
  double number = _tst_form_object_number (object);

  xmlXPathFreeObject (object);
  return number;
}

gboolean
_tst_form_pop_boolean (xmlXPathParserContextPtr ctxt)
{
  xmlXPathObjectPtr object = valuePop (ctxt);
  gboolean truth = _tst_form_object_boolean (object);

  xmlXPathFreeObject (object);
  return truth;
}

static void
object_free (gpointer object)
{
  xmlXPathFreeObject (object);
}

/* In the order in which they were written. */
GPtrArray *
_tst_form_pop_all (xmlXPathParserContextPtr ctxt, int n)
{
  GPtrArray *values = g_ptr_array_new_with_free_func (object_free);

  for (int i = 0; i < n; i++)
    g_ptr_array_insert (values, 0, valuePop (ctxt));
  return values;
}

/* Every text of every argument: a set of nodes gives one for each. */
GPtrArray *
_tst_form_texts (GPtrArray *values, guint from, guint to)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = from; i < to; i++)
    {
      xmlXPathObjectPtr object = values->pdata[i];

      if (object == NULL)
        continue;
      if (object->type != XPATH_NODESET)
        {
          g_ptr_array_add (texts, _tst_form_object_text (object));
          continue;
        }
      for (int n = 0; object->nodesetval != NULL && n < object->nodesetval->nodeNr; n++)
        {
          xmlChar *value = xmlXPathCastNodeToString (object->nodesetval->nodeTab[n]);

          g_ptr_array_add (texts, g_strdup ((const char *) value));
          xmlFree (value);
        }
    }
  return texts;
}

xmlNodePtr
_tst_form_first_node (xmlXPathObjectPtr object)
{
  return object != NULL && object->type == XPATH_NODESET && object->nodesetval != NULL && object->nodesetval->nodeNr > 0
           ? object->nodesetval->nodeTab[0]
           : NULL;
}
