import { mount } from 'svelte';
import '../gallery/gallery.css';
import Gallery from './Gallery.svelte';

const target = document.querySelector('#page');
if (target) mount(Gallery, { target });
